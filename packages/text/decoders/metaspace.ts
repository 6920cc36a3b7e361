import type { JsonObject } from "../json.ts";
import { type MetaspaceOptions, writeMetaspaceOptions } from "../metaspace_options.ts";
import type { Decoder } from "./decoder.ts";

/** Turns ▁ back into spaces; in the first token it was put there and goes. */
export class MetaspaceDecoder implements Decoder {
  constructor(readonly options: MetaspaceOptions) {}

  decode(tokens: readonly string[]): string[] {
    const { replacement, prependScheme } = this.options;
    return tokens.map((token, i) =>
      token.replaceAll(replacement, i === 0 && prependScheme !== "never" ? "" : " ")
    );
  }

  toJson(): JsonObject {
    return writeMetaspaceOptions(this.options);
  }
}
