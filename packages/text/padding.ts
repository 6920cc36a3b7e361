import { type Json, type JsonObject, ObjectReader, show } from "./json.ts";

/** How sequences of a batch are brought to one length. */
export interface Padding {
  /** Tokens to pad to; default: the longest sequence of the batch. Longer sequences stay as they are. */
  readonly length?: number;
  /** The side that is filled; default `right`. */
  readonly direction?: "left" | "right";
  /** Round the length up to a multiple of this. */
  readonly padToMultipleOf?: number;
  /** Id that fills; default 0. */
  readonly padId?: number;
  /** Type id that fills; default 0. */
  readonly padTypeId?: number;
  /** Token of `padId`; default `[PAD]`. */
  readonly padToken?: string;
}

/** So long may a padded sequence be; longer than any model takes. */
const MAX_LENGTH = 2 ** 20;

/**
 * The length that sequences of `lengths` tokens are padded to.
 *
 * @throws {RangeError} If more than {@linkcode MAX_LENGTH} tokens would be filled in.
 */
export function paddedLength(lengths: readonly number[], padding: Padding): number {
  const longest = lengths.reduce((longest, length) => Math.max(longest, length), 0);
  const length = padding.length ?? longest;
  const multiple = padding.padToMultipleOf ?? 1;
  const padded = Math.ceil(length / multiple) * multiple;
  if (padded > Math.max(longest, MAX_LENGTH)) {
    throw new RangeError(
      `Cannot pad to ${padded} tokens: up to ${MAX_LENGTH} may be filled in; use a smaller length or padToMultipleOf`,
    );
  }
  return padded;
}

/** Reads the `padding` of a tokenizer.json. */
export function readPadding(json: Json | undefined, path: string): Padding {
  const fields = new ObjectReader(json, path);
  const multiple = fields.take("pad_to_multiple_of") ?? null;
  if (multiple !== null && !(Number.isSafeInteger(multiple) && (multiple as number) > 0)) {
    throw new SyntaxError(
      `Cannot load tokenizer: ${path}.pad_to_multiple_of is ${
        show(multiple)
      }, expected a whole number above 0 or null`,
    );
  }
  const padding: Padding = {
    length: readStrategy(fields.take("strategy"), `${path}.strategy`),
    direction: fields.oneOf("direction", ["Left", "Right"]) === "Left" ? "left" : "right",
    padToMultipleOf: multiple === null ? undefined : multiple as number,
    padId: fields.count("pad_id"),
    padTypeId: fields.count("pad_type_id"),
    padToken: fields.string("pad_token"),
  };
  fields.done();
  return padding;
}

/** The `padding` of a tokenizer.json. */
export function writePadding(padding: Padding): JsonObject {
  return {
    strategy: padding.length === undefined ? "BatchLongest" : { Fixed: padding.length },
    direction: padding.direction === "left" ? "Left" : "Right",
    pad_to_multiple_of: padding.padToMultipleOf ?? null,
    pad_id: padding.padId ?? 0,
    pad_type_id: padding.padTypeId ?? 0,
    pad_token: padding.padToken ?? "[PAD]",
  };
}

function readStrategy(json: Json | undefined, path: string): number | undefined {
  if (json === "BatchLongest") return undefined;
  const fields = new ObjectReader(json, path);
  const length = fields.count("Fixed");
  fields.done();
  return length;
}
