import { type AddedToken, AddedTokenMatcher, type Segment } from "./added_tokens.ts";
import { AlignedText } from "./aligned_text.ts";
import { Budget } from "./budget.ts";
import type { TokenDetails, TokenSequence } from "./encoding.ts";
import type { Model, TokenSink } from "./models/model.ts";
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
    const budget = new Budget(added.reduce((sum, { content }) => sum + content.length, 0));
    this.#rawMatcher = new AddedTokenMatcher(added.filter((token) => !token.normalized));
    this.#normalizedMatcher = new AddedTokenMatcher(
      added.filter((token) => token.normalized),
      (content) => this.#normalize(new AlignedText(content, undefined, undefined, budget)).text,
    );
  }

  /** The words and added tokens of `source`, in order. */
  *segments(source: AlignedText): Generator<Segment> {
    const { preTokenizer } = this.#parts;
    for (const raw of split(this.#rawMatcher, source)) {
      if (raw.token) {
        yield raw;
        continue;
      }
      for (const segment of split(this.#normalizedMatcher, this.#normalize(raw.text))) {
        if (segment.token || !preTokenizer) yield segment;
        else {
          const { text } = segment;
          const words = () => preTokenizer.split(text);
          for (const word of text.budget.run("pre_tokenizer", preTokenizer, text.text.length, words)) {
            yield { text: word };
          }
        }
      }
    }
  }

  /**
   * The tokens of a text.
   *
   * @param text Any string; a lone surrogate is treated as U+FFFD.
   * @param model Turns words into tokens.
   * @param options.most Read no further word once there are more tokens than this; default all.
   * @param options.offsets Find the places at once, rather than in a second pass when they are asked for.
   */
  tokenize(
    text: string,
    model: Model,
    { most = Infinity, offsets = false }: { most?: number; offsets?: boolean } = {},
  ): TokenSequence {
    const wellFormed = text.toWellFormed();
    const ids: number[] = [];
    if (offsets) {
      const details = this.#details(wellFormed, model, most, (id) => ids.push(id));
      return { text: wellFormed, ids, details: () => details };
    }
    const sink = (id: number) => void ids.push(id);
    const source = this.#parts.preTokenizer?.readsPlace
      ? AlignedText.identity(wellFormed)
      : new AlignedText(wellFormed);
    for (const segment of this.segments(source)) {
      if (ids.length > most) break;
      if (segment.token) ids.push(segment.token.id);
      else tokenizeWord(segment.text, model, sink);
    }
    let details: TokenDetails | undefined;
    return { text: wellFormed, ids, details: () => details ??= this.#details(wellFormed, model, most) };
  }

  #details(text: string, model: Model, most: number, onToken: (id: number) => void = () => {}): TokenDetails {
    const spans: number[] = [];
    const surfaces = new Map<number, string>();
    for (const segment of this.segments(AlignedText.identity(text))) {
      if (spans.length > 2 * most) break;
      const starts = segment.text.starts!;
      const ends = segment.text.ends!;
      const add = (id: number, start: number, end: number, surface?: string): void => {
        onToken(id);
        if (surface !== undefined) surfaces.set(spans.length / 2, surface);
        spans.push(starts[start], ends[end - 1]);
      };
      const { text, token } = segment;
      if (token) add(token.id, 0, text.text.length, text.text);
      else tokenizeWord(text, model, add);
    }
    return { spans, surfaces };
  }

  #normalize(text: AlignedText): AlignedText {
    const { normalizer } = this.#parts;
    if (!normalizer) return text;
    return text.budget.run("normalizer", normalizer, text.text.length, () => normalizer.normalize(text));
  }
}

function split(matcher: AddedTokenMatcher, text: AlignedText): Segment[] {
  return text.budget.run("added_tokens", undefined, 0, () => matcher.split(text));
}

function tokenizeWord({ text, budget }: AlignedText, model: Model, sink: TokenSink): void {
  budget.run("model", model, text.length, () => model.tokenize(text, sink, budget));
}
