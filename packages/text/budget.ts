import type { JsonObject } from "./json.ts";

/**
 * What the steps of a tokenizer may add to a text, for each of its characters. The standard steps need up to 33: U+FDFA
 * becomes 18 characters by NFKD, and ByteLevel writes 15 of them as two.
 */
const GROWTH = 40;

/** What a tokenizer may look at or compare, for each character; the patterns of GPT-4 and DeepSeek take up to 31. */
const WORK = 500;

/** For texts of a few characters: a prefix may be longer than they are, and a pattern is tried once in any case. */
const SPARE = { growth: 1024, work: 1_000_000 };

/** A step of a tokenizer, as far as a message needs it. */
interface Step {
  toJson(): JsonObject;
}

/**
 * Bounds what the steps of a tokenizer make of one text, and how long they take for it. The file of a tokenizer may
 * come from a stranger, and in a few lines can ask for any amount of both: nine replacements of `a` by ten of them make
 * a billion.
 */
export class Budget {
  readonly #attempt: (count: number) => string;
  readonly #count: number;
  readonly #growthLimit: number;
  readonly #workLimit: number;
  #growth = 0;
  #work = 0;

  /**
   * @param count Characters of the text, in UTF-16 units, or how many of another thing stand for it.
   * @param attempt Says for messages what is done with them.
   */
  constructor(
    count: number,
    attempt = (count: number) => `tokenize a text of ${count} ${count === 1 ? "character" : "characters"}`,
  ) {
    this.#count = count;
    this.#attempt = attempt;
    this.#growthLimit = SPARE.growth + GROWTH * count;
    this.#workLimit = SPARE.work + WORK * count;
  }

  /** How much work is left. */
  get workLeft(): number {
    return this.#workLimit - this.#work;
  }

  /**
   * Takes what a step added to the text.
   *
   * @throws {RangeError} If that is more than is left.
   */
  grow(by: number): void {
    this.checkGrowth(by);
    this.#growth += Math.max(0, by);
  }

  /**
   * Refuses what would be too much to {@linkcode grow}, before it is made.
   *
   * @throws {RangeError} If that is more than is left.
   */
  checkGrowth(by: number): void {
    if (this.#growth + by <= this.#growthLimit) return;
    throw new BudgetError(
      this.#attempt(this.#count),
      `adds more than ${this.#growthLimit} (${GROWTH} for each, and ${SPARE.growth}); ` +
        "use a tokenizer.json that puts less in",
    );
  }

  /**
   * Takes characters looked at, or comparisons made.
   *
   * @throws {RangeError} If that is more than is left.
   */
  work(steps: number): void {
    this.#work += steps;
    if (this.#work <= this.#workLimit) return;
    throw new BudgetError(
      this.#attempt(this.#count),
      `needs more than ${this.#workLimit} comparisons (${WORK} for each, and ${SPARE.work}); ` +
        "use a tokenizer.json that looks for less",
    );
  }

  /**
   * Runs a step and names it where it goes beyond the budget.
   *
   * @param place Where it stands below what runs it, as in `normalizer` or `.normalizers[3]`.
   * @param step The step; `undefined` where the place says it all.
   * @param size Characters that it looks at.
   */
  run<T>(place: string, step: Step | undefined, size: number, run: () => T): T {
    try {
      this.work(size);
      return run();
    } catch (error) {
      if (error instanceof BudgetError) error.isWithin(place, step);
      throw error;
    }
  }
}

/** A step went beyond a {@linkcode Budget}; its message gets the place of the step on the way up. */
class BudgetError extends RangeError {
  readonly #attempt: string;
  readonly #problem: string;
  #place = "";
  #type: string | undefined;

  constructor(attempt: string, problem: string) {
    super(`Cannot ${attempt}: it ${problem}`);
    this.#attempt = attempt;
    this.#problem = problem;
  }

  isWithin(place: string, step: Step | undefined): void {
    this.#place = place + this.#place;
    this.#type ??= step ? ` (${step.toJson().type})` : "";
    this.message = `Cannot ${this.#attempt}: ${this.#place}${this.#type} ${this.#problem}`;
  }
}
