import { Budget } from "./budget.ts";

/**
 * A piece of text on its way through the pipeline, which may know where in the original each of its UTF-16
 * units comes from.
 *
 * Without alignment (`starts` and `ends` absent) the same pipeline runs faster and yields the same tokens.
 */
export class AlignedText {
  /**
   * @param text The text as changed so far.
   * @param starts For each UTF-16 unit of `text`, where its origin starts in the original, in UTF-16 units.
   * @param ends For each UTF-16 unit of `text`, where its origin ends.
   * @param budget Pays for what steps make of the original; default: that of `text`.
   */
  constructor(
    readonly text: string,
    readonly starts?: Int32Array,
    readonly ends?: Int32Array,
    readonly budget: Budget = new Budget(text.length),
  ) {}

  /** `text` as its own origin. */
  static identity(text: string): AlignedText {
    const starts = new Int32Array(text.length);
    const ends = new Int32Array(text.length);
    for (let i = 0; i < text.length; i++) {
      const pair = isPairStart(text, i);
      starts[i] = i;
      ends[i] = i + (pair ? 2 : 1);
      if (!pair) continue;
      i++;
      starts[i] = i - 1;
      ends[i] = i + 1;
    }
    return new AlignedText(text, starts, ends);
  }

  /** The part from UTF-16 unit `start` to before `end`. */
  slice(start: number, end: number): AlignedText {
    return new AlignedText(
      this.text.slice(start, end),
      this.starts?.subarray(start, end),
      this.ends?.subarray(start, end),
      this.budget,
    );
  }

  /**
   * What a step made of this text.
   *
   * @throws {RangeError} If it is more than the budget allows.
   */
  changed(text: string, starts?: Int32Array, ends?: Int32Array): AlignedText {
    this.budget.grow(text.length - this.text.length);
    return new AlignedText(text, starts, ends, this.budget);
  }

  /** This text with `prefix` before it, which comes from the first character; nothing before an empty text. */
  prepend(prefix: string): AlignedText {
    if (this.text === "") return this;
    const edit = new AlignmentEditor(this);
    edit.insert(prefix, 0, 1);
    return edit.finish();
  }

  /**
   * Replaces each match of `pattern`; what takes the place of a match has the whole match as its origin.
   *
   * @param pattern A global pattern that matches single code points.
   * @param replacement The new text for a code point; empty deletes it.
   */
  replace(pattern: RegExp, replacement: (character: string) => string): AlignedText {
    if (!this.starts || !this.ends) return this.changed(this.text.replace(pattern, replacement));
    const edit = new AlignmentEditor(this);
    for (const match of this.text.matchAll(pattern)) {
      edit.keepUntil(match.index);
      edit.replaceNext(match[0].length, replacement(match[0]));
    }
    return edit.finish();
  }

  /** Puts `content` in the place of each range; it comes from the last character of its range. */
  replaceRanges(ranges: readonly (readonly [start: number, end: number])[], content: string): AlignedText {
    if (ranges.length === 0) return this;
    const edit = new AlignmentEditor(this);
    for (const [start, end] of ranges) {
      edit.keepUntil(start);
      edit.insertAfter(end, content);
      edit.skipTo(end);
    }
    return edit.finish();
  }

  /** The text that `changes` make, from left to right; a character comes from the first one that it stands for. */
  transform(changes: readonly CharacterChange[]): AlignedText {
    const edit = new AlignmentEditor(this);
    let position = 0;
    for (const { character, taken } of changes) {
      if (taken === 0) edit.insertAfter(position, character);
      for (let i = 0; i < taken; i++) {
        const end = characterEnd(this.text, position);
        if (i === 0) edit.insert(character, position, end);
        position = end;
      }
    }
    edit.skipTo(this.text.length);
    return edit.finish();
  }
}

/** A character of a changed text. */
export interface CharacterChange {
  character: string;
  /** How many characters of the source it stands for; with none it comes from where the one before came from. */
  taken: number;
}

/** Builds the text, and the alignment where there is one, of an edited {@linkcode AlignedText} from left to right. */
export class AlignmentEditor {
  readonly #source: AlignedText;
  readonly #starts: number[] = [];
  readonly #ends: number[] = [];
  #text = "";
  #position = 0;

  constructor(source: AlignedText) {
    this.#source = source;
  }

  /** Copies the source from the current position up to `end`. */
  keepUntil(end: number): void {
    const { text, starts, ends } = this.#source;
    this.#text += text.slice(this.#position, end);
    for (let i = this.#position; starts && ends && i < end; i++) {
      this.#starts.push(starts[i]);
      this.#ends.push(ends[i]);
    }
    this.#position = end;
  }

  /** Puts `text` in the place of the next `length` units, with those as its origin. */
  replaceNext(length: number, text: string): void {
    const end = this.#position + length;
    this.insert(text, this.#position, end);
    this.#position = end;
  }

  /** Appends `text` with the source range `start` to `end` as its origin; the current position stays. */
  insert(text: string, start: number, end: number): void {
    this.#append(text, this.#source.starts?.[start] ?? 0, this.#source.ends?.[end - 1] ?? 0);
  }

  /** Appends `text` with the character that ends at `end` as its origin, at the start of the source a place before it. */
  insertAfter(end: number, text: string): void {
    const pair = end > 1 && isPairStart(this.#source.text, end - 2);
    if (end > 0) return this.insert(text, end - (pair ? 2 : 1), end);
    this.#append(text, this.#source.starts?.[0] ?? 0, this.#source.starts?.[0] ?? 0);
  }

  /** Moves the current position to `end` without copying. */
  skipTo(end: number): void {
    this.#position = end;
  }

  /** Copies the rest and returns the result. */
  finish(): AlignedText {
    this.keepUntil(this.#source.text.length);
    if (!this.#source.starts) return this.#source.changed(this.#text);
    return this.#source.changed(this.#text, Int32Array.from(this.#starts), Int32Array.from(this.#ends));
  }

  #append(text: string, start: number, end: number): void {
    this.#source.budget.checkGrowth(this.#text.length + text.length - this.#source.text.length);
    this.#text += text;
    if (!this.#source.starts) return;
    for (let i = 0; i < text.length; i++) {
      this.#starts.push(start);
      this.#ends.push(end);
    }
  }
}

/** Where the character that starts at `start` ends. */
function characterEnd(text: string, start: number): number {
  return start + (isPairStart(text, start) ? 2 : 1);
}

/** Whether a surrogate pair starts at unit `i` of well-formed `text`. */
function isPairStart(text: string, i: number): boolean {
  return (text.charCodeAt(i) & 0xfc00) === 0xd800;
}
