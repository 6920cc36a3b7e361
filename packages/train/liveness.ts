/** Steps with a positive rate after which every trainable parameter must have had a gradient. */
const PATIENCE = 20;

/**
 * Watches that every trainable parameter really learns: one whose gradient stays missing or exactly zero is a defect of
 * the model or the backend, and training on would hide it.
 */
export class GradientWatch {
  #steps = 0;
  readonly #silent: Set<string>;

  /**
   * Starts with all parameters unseen.
   *
   * @param names Of all trainable parameters.
   * @param exempt Whether a parameter's gradient may be zero, as that of key biases is in theory: softmax does not see
   * a shift of all scores.
   */
  constructor(names: Iterable<string>, exempt: (name: string) => boolean) {
    this.#silent = new Set([...names].filter((name) => !exempt(name)));
  }

  /** Parameters without a gradient so far. */
  get silent(): string[] {
    return [...this.#silent];
  }

  /** Goes on from a checkpoint after `steps` steps, with only `silent` still unseen. */
  restore(silent: Iterable<string>, steps: number): void {
    this.#steps = steps;
    const still = new Set(silent);
    for (const name of [...this.#silent]) if (!still.has(name)) this.#silent.delete(name);
  }

  /**
   * Takes note of a step.
   *
   * @throws {TypeError} After 20 steps with a rate above zero, naming the parameters that never had a gradient.
   */
  observe(norms: ReadonlyMap<string, number>, learningRate: number): void {
    for (const [name, norm] of norms) if (norm !== 0) this.#silent.delete(name);
    if (learningRate > 0) this.#steps++;
    if (this.#steps >= PATIENCE && this.#silent.size > 0) {
      throw new TypeError(
        `Stopped after ${this.#steps} steps: the gradient of ${
          this.silent.join(", ")
        } was missing or exactly zero in ` +
          `each of them; the loss does not depend on it, or an op has lost its gradient`,
      );
    }
  }
}
