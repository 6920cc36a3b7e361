import { AssertionError } from "@std/assert";
import { Tensor } from "@taxon/tensor";
import { compare, largest, showPosition } from "./compare.ts";
import type { GoldenCase } from "./golden_case.ts";
import { STRAY_SHARE, type ToleranceClass } from "./tolerance.ts";

/** What was computed: a tensor, or values on the host. */
export type Computed = Tensor | ArrayLike<number>;

/** Compares only a part of a recorded tensor, or with another bound. */
export interface Part {
  /** Flat positions in the recorded tensor of the computed elements. */
  at?: ArrayLike<number>;
  /** Replaces the recorded scale. */
  scale?: number;
  /** Added to what is allowed. */
  slack?: number;
}

/** The largest differences of a case from its recording, by kind of result; absent where it records none. */
export interface WorstErrors {
  /** In units of the largest value of the tensor. */
  output?: number;
  /** In units of the largest gradient of the file. */
  gradient?: number;
  /** Of parameters after optimiser steps, absolute. */
  updated?: number;
}

/** How a tensor is compared. */
interface Comparison {
  kind: keyof WorstErrors;
  /** What the reported error is a share of. */
  scale: number;
  allowed: number;
  at?: ArrayLike<number>;
  stray?: { share: number; reach: number };
}

/** Gathers all differences of a case from its recording, and refuses to end while a recorded result is unchecked. */
export class Checker {
  /** Said after the name of a tensor that differs, e.g. "packed". */
  path = "";
  readonly worst: WorstErrors = {};
  readonly #problems: string[] = [];
  readonly #unchecked: Set<string>;
  readonly #largestGradient: number;

  constructor(readonly golden: GoldenCase, readonly tolerance: ToleranceClass) {
    const results = ["out.", "grad.", "after."].flatMap((prefix) => golden.names(prefix));
    this.#unchecked = new Set(results);
    this.#largestGradient = Math.max(
      0,
      ...golden.names("grad.").map((name) => golden.scale(name) ?? largest(golden.values(name))),
    );
  }

  /** Compares an output or a loss; integers must be equal. */
  async output(name: string, got: Computed, part: Part = {}): Promise<void> {
    const { rtol, atol } = this.tolerance.output;
    const scale = part.scale ?? this.golden.scale(name) ?? largest(this.golden.values(name));
    const allowed = this.golden.isFloat(name) ? atol + rtol * scale + (part.slack ?? 0) : 0;
    await this.#check(name, got, { kind: "output", scale, allowed, at: part.at });
  }

  /** Compares a gradient, by default at the scale of the largest one of the file. */
  async gradient(name: string, got: Computed | undefined, part: Part = {}): Promise<void> {
    if (got === undefined) {
      this.#unchecked.delete(name);
      this.#problems.push(`${name}${this.#where()}: there is no gradient`);
      return;
    }
    const scale = part.scale ?? this.#largestGradient;
    const allowed = this.tolerance.gradient * scale + (part.slack ?? 0);
    await this.#check(name, got, { kind: "gradient", scale, allowed, at: part.at });
  }

  /** Compares a parameter after optimiser steps, each of which moves an element by up to `lr`. */
  async updated(name: string, got: Computed): Promise<void> {
    const { adamw, schedule, fragile = [] } = this.golden.config;
    const reach = adamw!.lr * schedule!.steps;
    const noisy = fragile.includes(name) || isKeyBias(name);
    const allowed = noisy ? reach : this.tolerance.updated;
    const stray = noisy ? undefined : { share: STRAY_SHARE, reach };
    await this.#check(name, got, { kind: "updated", scale: 1, allowed, stray });
  }

  /** Leaves out a recorded tensor that is there to inform. */
  leaveOut(name: string): void {
    this.#unchecked.delete(name);
  }

  /** @throws {AssertionError} With one line for each tensor that differs or was not checked. */
  finish(): void {
    const unchecked = [...this.#unchecked].map((name) => `${name}: recorded, but nothing computes it`);
    const problems = [...this.#problems, ...unchecked];
    if (problems.length > 0) throw new AssertionError(`\n${problems.join("\n")}`);
  }

  async #check(
    name: string,
    computed: Computed,
    { kind, scale, allowed, at, stray }: Comparison,
  ): Promise<void> {
    this.#unchecked.delete(name);
    const got = computed instanceof Tensor ? await computed.data() : computed;
    const recorded = this.golden.values(name);
    const expected = at ? Array.from(at, (i) => recorded[i]) : recorded;
    const where = name + this.#where();
    if (got.length !== expected.length) {
      this.#problems.push(`${where}: got ${got.length} elements, expected ${expected.length}`);
      return;
    }
    const { over, total, gap, at: worst } = compare(got, expected, allowed);
    this.worst[kind] = Math.max(this.worst[kind] ?? 0, gap / (scale || 1));
    if (over === 0 || (stray && over <= stray.share * total && gap <= stray.reach)) return;
    const position = showPosition(at ? at[worst] : worst, this.golden.shape(name));
    this.#problems.push(
      `${where}: worst at ${position}: got ${got[worst]}, expected ${expected[worst]}, ` +
        `allowed ${allowed.toExponential(1)} (${over} of ${total} over)`,
    );
  }

  #where(): string {
    return this.path && ` (${this.path})`;
  }
}

/** Softmax does not see a shift of all scores, so in exact arithmetic the gradient of a key's bias is zero. */
function isKeyBias(name: string): boolean {
  return /(?:\.linear_2|\.k|\.key)\.bias$/.test(name);
}
