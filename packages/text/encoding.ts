import { type Offsets, type OffsetTrimming, trimmedSpan } from "./offset_trimming.ts";

/** The tokens of one text, before special tokens, truncation and padding. */
export interface TokenSequence {
  readonly text: string;
  readonly ids: readonly number[];
  /** What is more to be said of the tokens; computed when first asked for. */
  details(): TokenDetails;
}

/** Where tokens come from, and what those read whose text is not their entry in the vocabulary. */
export interface TokenDetails {
  /** Start and end of each token in the text, in UTF-16 units, in turn. */
  readonly spans: readonly number[];
  /** By token: the text that an added or an unknown token stands for. */
  readonly surfaces: ReadonlyMap<number, string>;
}

/** A stretch of an encoding: tokens of a text, special tokens or padding. */
export type EncodingPart =
  | {
    readonly kind: "text";
    readonly source: TokenSequence;
    readonly sequence: 0 | 1;
    readonly start: number; // token of `source`
    readonly end: number;
    readonly typeId: number;
    readonly trimmings: readonly OffsetTrimming[];
  }
  | { readonly kind: "special"; readonly ids: readonly number[]; readonly typeId: number }
  | {
    readonly kind: "padding";
    readonly ids: readonly number[];
    readonly typeId: number;
    readonly token: string;
  };

type TextPart = EncodingPart & { readonly kind: "text" };

/** What fills an encoding up, and on which side. */
export interface Filling {
  /** Id of a padding token. */
  readonly padId: number;
  /** Type id of a padding token. */
  readonly padTypeId: number;
  /** How `tokens` shows it. */
  readonly padToken: string;
  /** The side that is filled. */
  readonly direction: "left" | "right";
}

/**
 * A text, or a pair, as a model takes it. Only `ids` is computed at once; the rest when it is first read.
 * All properties have one entry a token, special tokens and padding included.
 */
export class Encoding {
  /** Token ids. */
  readonly ids: Int32Array;

  readonly #parts: readonly EncodingPart[];
  readonly #idToToken: (id: number) => string;
  readonly #windows: () => Encoding[];
  #overflowing: Encoding[] | undefined;

  /**
   * Made by `Tokenizer.encode`.
   *
   * @param parts The stretches, in order.
   * @param truncatedTokens How many tokens of the texts did not fit.
   * @param idToToken Looks up a token.
   * @param windows Makes the overflowing windows.
   */
  constructor(
    parts: readonly EncodingPart[],
    readonly truncatedTokens: number,
    idToToken: (id: number) => string,
    windows: () => Encoding[] = () => [],
  ) {
    this.#parts = parts;
    this.#idToToken = idToToken;
    this.#windows = windows;
    this.ids = new Int32Array(parts.reduce((length, part) => length + partLength(part), 0));
    let position = 0;
    for (const part of parts) {
      this.ids.set(part.kind === "text" ? textIds(part) : part.ids, position);
      position += partLength(part);
    }
  }

  /** Number of tokens. */
  get length(): number {
    return this.ids.length;
  }

  /** Whether tokens were cut off, and so {@linkcode truncatedTokens} is above 0. */
  get truncated(): boolean {
    return this.truncatedTokens > 0;
  }

  /**
   * Tokens as they stand in the vocabulary; an added token with the white space that `lstrip` or `rstrip` took along,
   * and the unknown token of a Unigram model as the text that it stands for.
   */
  get tokens(): string[] {
    return collect(this.#parts, (part) => {
      if (part.kind === "padding") return part.ids.map(() => part.token);
      return part.kind === "text" ? this.#textTokens(part) : part.ids.map(this.#idToToken);
    });
  }

  /** Segment of each token: with BERT 0 for the first text, 1 for the second. */
  get typeIds(): Int32Array {
    return Int32Array.from(this.#each((part) => part.typeId));
  }

  /** 0 for padding, 1 for every other token. */
  get attentionMask(): Uint8Array {
    return Uint8Array.from(this.#each((part) => part.kind === "padding" ? 0 : 1));
  }

  /** 1 for tokens that were put around the texts, 0 for those of the texts, special or not. */
  get specialTokensMask(): Uint8Array {
    return Uint8Array.from(this.#each((part) => part.kind === "text" ? 0 : 1));
  }

  /** Which text each token comes from: 0, 1, or `null` for special tokens and padding. */
  get sequenceIds(): (0 | 1 | null)[] {
    return this.#each((part) => part.kind === "text" ? part.sequence : null);
  }

  /** Place of each token in the original text, in UTF-16 units as `text.slice` takes; [0, 0] for special tokens. */
  get offsetsUtf16(): Offsets[] {
    return collect(this.#parts, (part) => {
      if (part.kind !== "text") return part.ids.map((): Offsets => [0, 0]);
      const { spans } = part.source.details();
      const offsets = Array.from(
        { length: part.end - part.start },
        (_, i): Offsets => [spans[2 * (part.start + i)], spans[2 * (part.start + i) + 1]],
      );
      if (part.trimmings.length === 0) return offsets;
      const tokens = this.#textTokens(part);
      return offsets.map((span, i) =>
        part.trimmings.reduce(
          (span, trimming) => trimmedSpan(span, part.source.text, tokens[i], i === 0, trimming),
          span,
        )
      );
    });
  }

  /** Place of each token in the original text, in code points as Python counts; [0, 0] for special tokens. */
  get offsets(): Offsets[] {
    const sequenceIds = this.sequenceIds;
    const counts = new Map<number, Uint32Array>();
    for (const part of this.#parts) {
      if (part.kind === "text") counts.set(part.sequence, codePointCounts(part.source.text));
    }
    return this.offsetsUtf16.map(([start, end], i): Offsets => {
      const count = counts.get(sequenceIds[i] ?? -1);
      return count ? [count[start], count[end]] : [0, 0];
    });
  }

  /**
   * The tokens that did not fit, in windows of the same size with special tokens of their own. With a pair,
   * each window of one text is combined with each of the other.
   */
  get overflowing(): readonly Encoding[] {
    return this.#overflowing ??= this.#windows();
  }

  /** This encoding filled up to `length` tokens, its overflowing windows too. */
  pad(length: number, filling: Filling): Encoding {
    const missing = Math.max(0, length - this.length);
    const padding: EncodingPart = {
      kind: "padding",
      ids: new Array(missing).fill(filling.padId),
      typeId: filling.padTypeId,
      token: filling.padToken,
    };
    const parts = filling.direction === "left" ? [padding, ...this.#parts] : [...this.#parts, padding];
    const windows = () => this.overflowing.map((window) => window.pad(length, filling));
    return new Encoding(parts, this.truncatedTokens, this.#idToToken, windows);
  }

  #textTokens(part: TextPart): string[] {
    const { surfaces } = part.source.details();
    return textIds(part).map((id, i) => surfaces.get(part.start + i) ?? this.#idToToken(id));
  }

  #each<T>(value: (part: EncodingPart) => T): T[] {
    return collect(this.#parts, (part) => new Array<T>(partLength(part)).fill(value(part)));
  }
}

function partLength(part: EncodingPart): number {
  return part.kind === "text" ? part.end - part.start : part.ids.length;
}

function textIds(part: TextPart): readonly number[] {
  const { ids } = part.source;
  return part.start === 0 && part.end === ids.length ? ids : ids.slice(part.start, part.end);
}

function collect<T>(parts: readonly EncodingPart[], values: (part: EncodingPart) => readonly T[]): T[] {
  return ([] as T[]).concat(...parts.map(values));
}

/** For each UTF-16 position of `text`, the number of code points before it. */
function codePointCounts(text: string): Uint32Array {
  const counts = new Uint32Array(text.length + 1);
  let count = 0;
  for (let i = 0; i < text.length; i++) {
    counts[i] = count;
    const code = text.codePointAt(i)!;
    if (code > 0xffff) counts[++i] = count; // a position inside the pair
    count++;
  }
  counts[text.length] = count;
  return counts;
}
