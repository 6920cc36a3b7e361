import type { JsonObject } from "../json.ts";
import type { OffsetTrimming } from "../offset_trimming.ts";
import { type ByteLevelOptions, writeByteLevelOptions } from "../pre_tokenizers/byte_level.ts";
import type { PostProcessor } from "./post_processor.ts";

/** Leaves white space out of the offsets, if `trimOffsets` says so, and adds nothing. */
export class ByteLevelProcessing implements PostProcessor {
  readonly trimmings: readonly OffsetTrimming[];

  constructor(readonly options: ByteLevelOptions) {
    this.trimmings = options.trimOffsets ? [{ addPrefixSpace: options.addPrefixSpace }] : [];
  }

  template(): undefined {
    return undefined;
  }

  toJson(): JsonObject {
    return writeByteLevelOptions(this.options);
  }
}
