import { logitsAgree } from "./anchors.ts";
import type { ResultLine } from "./systems.ts";

/** How many times as fast as each system ours is meant to be. */
const GOALS: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  "W1-1x32": { "TensorFlow.js wasm": 2.5, "onnxruntime-web wasm": 1.2 },
  "W1-8x128": { "TensorFlow.js wasm": 2.5, "onnxruntime-web wasm": 1.2 },
  "W1-mixed": { "TensorFlow.js wasm": 8 },
  "W2-train-16x64-2L": { "TensorFlow.js wasm": 25 },
};

/** One workload on all systems that run it. */
export interface Comparison {
  workload: string;
  ours: ResultLine;
  /** By the name of the system. */
  others: ReadonlyMap<string, ResultLine>;
}

/** Goals that were missed, in words. */
export function missedGoals({ workload, ours, others }: Comparison): string[] {
  return [...others].flatMap(([name, line]) => {
    const goal = GOALS[workload]?.[name];
    const ratio = line.ms_median / ours.ms_median;
    return goal !== undefined && ratio < goal
      ? [`${workload}: ${ratio.toFixed(2)} times as fast as ${name}, goal ${goal}`]
      : [];
  });
}

/**
 * Refuses to compare systems that computed different things.
 *
 * @throws {Error} If logits, or the first loss of a training, differ.
 */
export function checkAgreement({ workload, ours, others }: Comparison): void {
  for (const [name, theirs] of others) {
    const [a, b] = theirs.losses && ours.losses
      ? [ours.losses.slice(0, 1), theirs.losses.slice(0, 1)]
      : [ours.logits0 ?? [], theirs.logits0 ?? theirs.out0 ?? []];
    if (b.length === 0 || !logitsAgree(a, b)) {
      throw new Error(
        `Cannot compare ${workload}: Taxon computed [${a}], ${name} [${b}]; use the same ANCHORS_DATA`,
      );
    }
  }
}

/** A Markdown table of medians and ratios. */
export function comparisonTable(comparisons: readonly Comparison[]): string {
  const systems = [...new Set(comparisons.flatMap(({ others }) => [...others.keys()]))];
  const header = ["workload", "Taxon ms", ...systems.flatMap((name) => [`${name} ms`, "ratio", "goal"])];
  const rows = comparisons.map(({ workload, ours, others }) => [
    workload,
    show(ours.ms_median),
    ...systems.flatMap((name) => {
      const line = others.get(name);
      if (line === undefined) return ["", "", ""];
      const goal = GOALS[workload]?.[name];
      return [show(line.ms_median), (line.ms_median / ours.ms_median).toFixed(2), goal ? String(goal) : ""];
    }),
  ]);
  const rule = header.map((_, i) => i === 0 ? "---" : "---:");
  return [header, rule, ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

/** Three significant digits. */
function show(ms: number): string {
  return ms >= 100 ? ms.toFixed(0) : ms.toPrecision(3);
}
