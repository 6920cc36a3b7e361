import { readIfPresent, writeFileAtomic } from "@taxon/app-shared";

const FILE = "recipe_answers.json";

/**
 * Answers of recipes that took long, kept in the folder of the run: one that was killed goes on behind them, to the same
 * bits, as JSON gives back every number exactly.
 */
export class StoredAnswers {
  readonly #path: string;
  readonly #answers: Record<string, number[]>;

  private constructor(path: string, answers: Record<string, number[]>) {
    this.#path = path;
    this.#answers = answers;
  }

  /** Opens those of a run; a new one has none. */
  static async of(run: string): Promise<StoredAnswers> {
    const path = `${run}/${FILE}`;
    const text = await readIfPresent(path);
    try {
      return new StoredAnswers(path, text === undefined ? {} : JSON.parse(text));
    } catch (error) {
      throw new SyntaxError(
        `Cannot go on from ${path}: ${(error as Error).message}; remove the file to compute it again`,
        { cause: error },
      );
    }
  }

  /**
   * The answers of that name, computed unless they are there.
   *
   * @param size How many numbers they are.
   */
  async get(name: string, size: number, compute: () => Promise<Float32Array>): Promise<Float32Array> {
    const known = this.#answers[name];
    if (known !== undefined) {
      if (Array.isArray(known) && known.length === size && known.every(Number.isFinite)) {
        return Float32Array.from(known);
      }
      throw new RangeError(
        `Cannot go on from ${this.#path}: "${name}" must be ${size} numbers; remove the file to compute it again`,
      );
    }
    const answers = await compute();
    this.#answers[name] = [...answers];
    await writeFileAtomic(this.#path, JSON.stringify(this.#answers) + "\n");
    return answers;
  }
}
