import type { JsonObject } from "../json.ts";
import type { OffsetTrimming } from "../offset_trimming.ts";
import type { PostProcessor, TemplatePiece } from "./post_processor.ts";

/** Several post-processors, of which one at most adds special tokens. */
export class PostProcessorSequence implements PostProcessor {
  readonly trimmings: readonly OffsetTrimming[];

  /** @throws {SyntaxError} If more than one adds special tokens. */
  constructor(readonly processors: readonly PostProcessor[]) {
    this.trimmings = processors.flatMap((processor) => processor.trimmings ?? []);
    const adding = processors.filter((processor) => processor.template(false) !== undefined);
    if (adding.length > 1) {
      const types = adding.map((processor) => processor.toJson().type).join(", ");
      throw new SyntaxError(
        `Cannot use post-processors ${types} in sequence: only one may add special tokens`,
      );
    }
  }

  template(isPair: boolean): readonly TemplatePiece[] | undefined {
    for (const processor of this.processors) {
      const template = processor.template(isPair);
      if (template) return template;
    }
    return undefined;
  }

  toJson(): JsonObject {
    return { type: "Sequence", processors: this.processors.map((processor) => processor.toJson()) };
  }
}
