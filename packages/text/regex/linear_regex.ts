import { Budget } from "../budget.ts";
import { parseRegex } from "./parser.ts";
import { compile, Op, type Program } from "./program.ts";

/** Start and end of a match, in UTF-16 units. */
export type MatchRange = readonly [start: number, end: number];

/**
 * A regular expression as Python `tokenizers` takes them (Oniguruma's Ruby syntax), found in time that is linear in
 * the text, whatever the expression: a choice that led to nothing at some place is not tried there again.
 */
export class LinearRegex {
  readonly #program: Program;

  /**
   * @param source The expression; conditions may look at one character, and there are no back references.
   * @throws {SyntaxError} If it does not parse or is outside of what can be matched in linear time.
   */
  constructor(readonly source: string) {
    try {
      this.#program = compile(parseRegex(source));
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
      throw new SyntaxError(
        `Cannot use the regular expression ${JSON.stringify(source.slice(0, 200))}: ${error.message}`,
      );
    }
  }

  /**
   * All matches in `text` from left to right; an empty one not directly after another.
   *
   * @param budget Pays for the comparisons: a text takes up to as many for each character as the expression has steps.
   */
  matches(text: string, budget: Budget = new Budget(text.length)): MatchRange[] {
    const search = new Search(this.#program, text, budget);
    const found: MatchRange[] = [];
    let last = -1;
    for (let start = 0; start <= text.length;) {
      const end = search.matchAt(start);
      if (end < 0 || (end === start && end === last)) {
        start += characterLength(text, start);
        continue;
      }
      found.push([start, end]);
      start = last = end;
    }
    return found;
  }
}

/**
 * The search in one text. Going back to a choice costs no memory a character where one character repeats: the stack
 * then holds a range of ends.
 */
class Search {
  readonly #program: Program;
  readonly #text: string;
  readonly #budget: Budget;
  readonly #words: number; // of 32 slots, for each place
  readonly #tried: Uint32Array;
  readonly #stack: number[] = []; // in turn: step, first and last place to go on from

  constructor(program: Program, text: string, budget: Budget) {
    this.#program = program;
    this.#text = text;
    this.#budget = budget;
    this.#words = Math.ceil(program.slots / 32);
    this.#tried = new Uint32Array(this.#words * (text.length + 1));
  }

  /** The end of the match that starts at `start`, −1 if there is none. Each start must be at least the last end. */
  matchAt(start: number): number {
    const { steps } = this.#program;
    const text = this.#text;
    const allowed = this.#budget.workLeft;
    this.#stack.length = 0;
    let position = start;
    let work = 0;
    for (let at = 0;;) {
      if (++work > allowed) this.#budget.work(work);
      const step = steps[at];
      let ok = true;
      switch (step.op) {
        case Op.Set:
          ok = position < text.length && step.set!.has(text.codePointAt(position)!);
          if (ok) position += characterLength(text, position);
          break;
        case Op.Ahead:
          ok = (position < text.length && step.set!.has(text.codePointAt(position)!)) !== step.negative;
          break;
        case Op.Behind:
          ok = (position > 0 && step.set!.has(characterBefore(text, position))) !== step.negative;
          break;
        case Op.Split:
          ok = this.#try(step.slot, position);
          if (ok) this.#stack.push(step.other, position, position);
          break;
        case Op.Span: {
          const first = position;
          ok = this.#try(step.slot, first);
          while (ok && position < text.length && step.set!.has(text.codePointAt(position)!)) {
            const next = position + characterLength(text, position);
            if (!this.#try(step.slot, next)) break; // from there on it was in vain before
            position = next;
          }
          work += position - first;
          if (position > first) this.#stack.push(step.target, first, placeBefore(text, position));
          break;
        }
        case Op.Match: // the way here may be gone again from this place, in the next match
          this.#tried.fill(0, position * this.#words, (position + 1) * this.#words);
          this.#budget.work(work);
          return position;
      }
      if (ok) {
        at = step.target;
        continue;
      }
      if (this.#stack.length === 0) {
        this.#budget.work(work);
        return -1;
      }
      position = this.#stack.pop()!;
      const first = this.#stack.pop()!;
      at = this.#stack.pop()!;
      if (position > first) this.#stack.push(at, first, placeBefore(text, position));
    }
  }

  /** Notes that a choice is tried at a place; false if it was before. */
  #try(slot: number, position: number): boolean {
    const word = position * this.#words + (slot >> 5);
    const bit = 1 << (slot & 31);
    if ((this.#tried[word] & bit) !== 0) return false;
    this.#tried[word] |= bit;
    return true;
  }
}

function characterLength(text: string, start: number): number {
  return (text.codePointAt(start) ?? 0) > 0xffff ? 2 : 1;
}

function placeBefore(text: string, position: number): number {
  const isPair = position > 1 && text.codePointAt(position - 2)! > 0xffff;
  return position - (isPair ? 2 : 1);
}

function characterBefore(text: string, position: number): number {
  return text.codePointAt(placeBefore(text, position))!;
}
