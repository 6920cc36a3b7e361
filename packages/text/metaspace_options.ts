import { type JsonObject, type ObjectReader, show } from "./json.ts";

const SCHEMES = ["first", "never", "always"] as const;

/** Settings of `Metaspace`, which appears as pre-tokenizer and as decoder. */
export interface MetaspaceOptions {
  /** The character that stands for a space. */
  readonly replacement: string;
  /** Whether one is put before each text, before the first one (not after an added token), or never. */
  readonly prependScheme: typeof SCHEMES[number];
  /** Start a word at each space. */
  readonly split: boolean;
}

/** Reads the settings of `Metaspace`; older files say `add_prefix_space`. */
export function readMetaspaceOptions(fields: ObjectReader): MetaspaceOptions {
  const replacement = fields.string("replacement");
  if (Array.from(replacement).length !== 1) {
    throw new SyntaxError(
      `Cannot load tokenizer: ${fields.path}.replacement is ${show(replacement)}, expected one character`,
    );
  }
  const addPrefixSpace = fields.booleanOrNull("add_prefix_space");
  const prependScheme = fields.oneOf(
    "prepend_scheme",
    SCHEMES,
    addPrefixSpace === false ? "never" : "always",
  );
  if (addPrefixSpace === false && prependScheme !== "never") {
    throw new SyntaxError(
      `Cannot load tokenizer: ${fields.path}.add_prefix_space is false, but prepend_scheme "${prependScheme}"`,
    );
  }
  fields.stringOrNull("str_rep"); // the replacement once more
  return { replacement, prependScheme, split: fields.booleanOrNull("split") ?? true };
}

/** The form of `Metaspace` in a tokenizer.json. */
export function writeMetaspaceOptions({ replacement, prependScheme, split }: MetaspaceOptions): JsonObject {
  return { type: "Metaspace", replacement, prepend_scheme: prependScheme, split };
}
