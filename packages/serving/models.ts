import type { Classifier } from "./classifier.ts";
import { RequestError } from "./errors.ts";
import { type Limits, Permits } from "./limits.ts";
import type { ServerMetrics } from "./metrics.ts";
import { Predictor } from "./predictor.ts";

/** The models of a server by id; names from a URL are looked up here and never become a path. */
export class Models {
  readonly #byId = new Map<string, Predictor>();
  /** The model of all routes that name none: the first. */
  readonly default: Predictor;

  constructor(classifiers: readonly Classifier[], limits: Limits, metrics: ServerMetrics) {
    const permits = new Permits(limits.maxConcurrentRequests);
    for (const classifier of classifiers) {
      const { id, labels } = classifier.info;
      if (!/^[\w.-]{1,128}$/.test(id)) {
        throw new RangeError(
          `Cannot serve model "${id}": an id holds 1 to 128 letters, digits, "_", "-" or "."`,
        );
      }
      if (this.#byId.has(id)) {
        throw new RangeError(`Cannot serve two models as "${id}": give each its own id`);
      }
      if (labels.length === 0) throw new RangeError(`Cannot serve model "${id}": it has no labels`);
      this.#byId.set(id, new Predictor(classifier, limits, permits, metrics));
    }
    const [first] = this.#byId.values();
    if (!first) throw new RangeError("Cannot serve without a model: pass at least one classifier");
    this.default = first;
  }

  get(id: string | undefined): Predictor {
    const predictor = this.#byId.get(id ?? "");
    if (!predictor) throw new RequestError("NotFound", "no model of that name is served here");
    return predictor;
  }

  /** Whether every model can answer. */
  healthy(): boolean {
    return [...this.#byId.values()].every(({ classifier }) => classifier.healthy?.() ?? true);
  }
}
