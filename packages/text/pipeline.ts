import { type AddedToken, AddedTokenMatcher, type Segment } from "./added_tokens.ts";
import { AlignedText } from "./aligned_text.ts";
import type { TokenSequence } from "./encoding.ts";
import type { Model } from "./models/model.ts";
import type { Normalizer } from "./normalizers/normalizer.ts";
import type { PreTokenizer } from "./pre_tokenizers/pre_tokenizer.ts";

/** The steps from text to tokens. */
export interface PipelineParts {
  readonly addedTokens?: readonly AddedToken[];
  readonly normalizer?: Normalizer;
  readonly preTokenizer?: PreTokenizer;
}

/**
 * From text to words: added tokens are cut out, the rest is normalized and split.
 *
 * It runs without alignment for ids, and a second time with alignment only if someone asks for offsets.
 */
export class Pipeline {
  readonly #parts: PipelineParts;
  readonly #rawMatcher: AddedTokenMatcher;
  readonly #normalizedMatcher: AddedTokenMatcher;

  constructor(parts: PipelineParts) {
    this.#parts = parts;
    const added = parts.addedTokens ?? [];
    this.#rawMatcher = new AddedTokenMatcher(added.filter((token) => !token.normalized));
    this.#normalizedMatcher = new AddedTokenMatcher(
      added.filter((token) => token.normalized),
      (content) => this.#normalize(new AlignedText(content)).text,
    );
  }

  /** The words and added tokens of `source`, in order. */
  *segments(source: AlignedText): Generator<Segment> {
    const { preTokenizer } = this.#parts;
    for (const raw of this.#rawMatcher.split(source)) {
      if (raw.token) {
        yield raw;
        continue;
      }
      for (const segment of this.#normalizedMatcher.split(this.#normalize(raw.text))) {
        if (segment.token || !preTokenizer) yield segment;
        else for (const text of preTokenizer.split(segment.text)) yield { text };
      }
    }
  }

  /**
   * The tokens of a text.
   *
   * @param text Any string; a lone surrogate is treated as U+FFFD.
   * @param model Turns words into tokens.
   */
  tokenize(text: string, model: Model): TokenSequence {
    const wellFormed = text.toWellFormed();
    const ids: number[] = [];
    const sink = (id: number) => void ids.push(id);
    for (const segment of this.segments(new AlignedText(wellFormed))) {
      if (segment.token) ids.push(segment.token.id);
      else model.tokenize(segment.text.text, sink);
    }
    let spans: number[] | undefined;
    return { text: wellFormed, ids, spans: () => spans ??= this.#spans(wellFormed, model) };
  }

  #spans(text: string, model: Model): number[] {
    const spans: number[] = [];
    for (const segment of this.segments(AlignedText.identity(text))) {
      const starts = segment.text.starts!;
      const ends = segment.text.ends!;
      if (segment.token) spans.push(starts[0], ends[ends.length - 1]);
      else model.tokenize(segment.text.text, (_, start, end) => spans.push(starts[start], ends[end - 1]));
    }
    return spans;
  }

  #normalize(text: AlignedText): AlignedText {
    return this.#parts.normalizer?.normalize(text) ?? text;
  }
}
