import { numel, sameShape, showShape } from "@taxon/tensor";
import type { EncoderClassifierConfig } from "./config.ts";
import { type ExpectedTensor, expectedTensors } from "./expected_tensors.ts";
import { canonicalName, type TensorNames } from "./hugging_face/names.ts";
import { likelyCause } from "./likely_cause.ts";
import { dtypeProblem, type StoredTensors } from "./stored_tensor.ts";

/** What happens to each tensor of a checkpoint and each parameter of a model. */
export interface LoadPlan {
  /** Name in the checkpoint → the parameters that its rows fill, in order. */
  loaded: Map<string, readonly string[]>;
  /** Parameters of a new head, which are initialised. */
  fresh: string[];
  /** Name in the checkpoint → why it is not loaded. */
  ignored: Map<string, string>;
}

/** Problems shown of a checkpoint that does not fit. */
const SHOWN = 5;

/** A new head may be this many times as large as what is loaded. */
const LARGEST_HEAD = 4;

/**
 * Decides from names, shapes and dtypes alone, so that nothing is read or allocated for a checkpoint that does not fit.
 *
 * @param newHead Whether the output layer is new: then the layers before it are loaded where the checkpoint has them.
 * @throws {TypeError} If a tensor is neither a parameter nor ignored by a rule, or one is missing, naming shape and cause.
 */
export function planLoad(
  config: EncoderClassifierConfig,
  names: TensorNames,
  tensors: StoredTensors,
  newHead: boolean,
): LoadPlan {
  const expected = expectedTensors(config, names);
  const plan: LoadPlan = { loaded: new Map(), fresh: [], ignored: new Map() };
  const problems: string[] = [];
  const sources = new Map<string, string>();
  for (const [name, tensor] of tensors) {
    const canonical = canonicalName(name, names);
    const wanted = expected.get(canonical);
    const replaced = newHead &&
      (wanted ? wanted.parameters[0].startsWith("head.") : names.head.test(canonical));
    const ignored = replaced
      ? "a head that the new one replaces"
      : wanted
      ? undefined
      : names.ignored.find(([rule]) => rule.test(canonical))?.[1];
    const problem = ignored
      ? undefined
      : sources.has(canonical)
      ? `is the same tensor as ${sources.get(canonical)}`
      : wanted && sameShape(tensor.shape, wanted.shape)
      ? dtypeProblem(tensor)
      : likelyCause(canonical, tensor.shape, { names, wanted, config });
    if (problem) problems.push(`${name} ${showShape(tensor.shape)} ${problem}`);
    if (ignored) plan.ignored.set(name, ignored);
    else if (wanted) {
      sources.set(canonical, name);
      plan.loaded.set(name, wanted.parameters);
    }
  }
  const missing: string[] = [];
  for (const [name, { parameters, shape }] of expected) {
    if (sources.has(name)) continue;
    if (newHead && parameters[0].startsWith("head")) plan.fresh.push(...parameters);
    else missing.push(`${name} ${showShape(shape)} is missing`);
  }
  refuse([...problems, ...missing], missing.length === expected.size, config, names);
  refuseHugeHead(plan, expected);
  return plan;
}

function refuse(
  problems: readonly string[],
  nothingFits: boolean,
  config: EncoderClassifierConfig,
  { architecture }: TensorNames,
): void {
  if (problems.length === 0) return;
  const rest = problems.length - SHOWN;
  const lines = problems.slice(0, SHOWN).join("; ") + (rest > 0 ? `; and ${rest} more` : "");
  const nothing = nothingFits ? `no tensor of ${architecture} is there` : "";
  throw new TypeError(
    `Cannot load the weights into ${architecture} of ${config.layers} layers: ${
      [nothing, lines].filter(Boolean).join(": ")
    }`,
  );
}

/** A config.json that claims a large head must not make us allocate one beside a small checkpoint. */
function refuseHugeHead({ fresh }: LoadPlan, expected: ReadonlyMap<string, ExpectedTensor>): void {
  let [made, loaded] = [0, 0];
  for (const { parameters, shape } of expected.values()) {
    if (fresh.includes(parameters[0])) made += numel(shape);
    else loaded += numel(shape);
  }
  if (made > LARGEST_HEAD * loaded + 2 ** 20) {
    throw new RangeError(
      `Cannot put a new head of ${made} values on a checkpoint of ${loaded}: config.json does not belong to it`,
    );
  }
}
