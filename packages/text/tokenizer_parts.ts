import type { AddedToken } from "./added_tokens.ts";
import type { Decoder } from "./decoders/decoder.ts";
import type { Model } from "./models/model.ts";
import type { Normalizer } from "./normalizers/normalizer.ts";
import type { Padding } from "./padding.ts";
import type { PostProcessor } from "./post_processors/post_processor.ts";
import type { PreTokenizer } from "./pre_tokenizers/pre_tokenizer.ts";
import type { Truncation } from "./truncation.ts";

/** The steps of a `Tokenizer`; each but the model may be left out. */
export interface TokenizerParts {
  /** Turns words into tokens. */
  readonly model: Model;
  /** Tokens found in the text itself; those the model does not know have ids that follow its own. */
  readonly addedTokens?: readonly AddedToken[];
  readonly normalizer?: Normalizer;
  readonly preTokenizer?: PreTokenizer;
  readonly postProcessor?: PostProcessor;
  /** Default: tokens are joined with spaces. */
  readonly decoder?: Decoder;
  /** Applied where a call does not say otherwise. */
  readonly truncation?: Truncation;
  /** Applied where a call does not say otherwise. */
  readonly padding?: Padding;
}
