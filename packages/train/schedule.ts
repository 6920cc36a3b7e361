/** How the learning rate falls after the warm-up; the names are those of Hugging Face's `get_scheduler`. */
export type Schedule = "linear" | "cosine" | "constant" | "polynomial";

/** A learning-rate schedule. */
export interface ScheduleOptions {
  /** Shape of the fall. */
  schedule: Schedule;
  /** Rate at the end of the warm-up. */
  learningRate: number;
  /** Steps over which the rate rises from 0; default 0. */
  warmupSteps?: number;
  /** Steps of the whole run, warm-up included. */
  totalSteps: number;
  /** Exponent of `polynomial`; default 1. */
  power?: number;
  /** Rate at the end of `polynomial`; default 1e-7. */
  endLearningRate?: number;
}

/**
 * Learning rate of an optimizer step, equal to Hugging Face's schedules step by step.
 * With a warm-up the rate of step 0 is 0, so the first update changes nothing.
 *
 * @example Half-way through a linear decay
 * ```ts
 * import { learningRateAt } from "@taxon/train";
 * import { assertEquals } from "@std/assert";
 *
 * const options = { schedule: "linear", learningRate: 1e-3, totalSteps: 100 } as const;
 * assertEquals(learningRateAt(50, options), 5e-4);
 * ```
 *
 * @param step Number of updates done so far, from 0.
 */
export function learningRateAt(step: number, options: ScheduleOptions): number {
  const { schedule, learningRate, warmupSteps = 0, totalSteps, power = 1, endLearningRate = 1e-7 } = options;
  if (step < warmupSteps) return learningRate * step / Math.max(1, warmupSteps);
  const progress = (step - warmupSteps) / Math.max(1, totalSteps - warmupSteps);
  switch (schedule) {
    case "constant":
      return learningRate;
    case "linear":
      return learningRate * Math.max(0, 1 - progress);
    case "cosine": // rises again past the end, as Hugging Face's does
      return learningRate * 0.5 * (1 + Math.cos(Math.PI * progress));
    case "polynomial":
      return endLearningRate + (learningRate - endLearningRate) * Math.max(0, 1 - progress) ** power;
  }
}
