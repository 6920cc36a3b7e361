export { type AddedToken } from "./added_tokens.ts";
export { Encoding, type Offsets } from "./encoding.ts";
export { encodeWithin, type LongTextPolicy, type TokenLimit } from "./long_text.ts";
export { type EncodeInput, type EncodeOptions, Tokenizer, type TokenizerParts } from "./tokenizer.ts";
