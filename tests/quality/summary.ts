import { alignColumns } from "@taxon/app-shared";
import { mean, meansOf, placeOf, type SystemAt } from "./results.ts";

const MEASURED = ["accuracy", "macro-F1", "ECE", "log loss", "seconds"];

/** A row for each system at each size of each set, means over its seeds. */
export function describePlaces(results: readonly SystemAt[], columns: number): string {
  const rows = results.map((at) => [placeOf(at), at.system, String(at.seeds), ...figuresOf(at)]);
  return alignColumns([["set, labels a class", "system", "seeds", ...MEASURED], ...rows], columns);
}

/** A row for each system: means over all sizes and sets that count for quality, and what it loses by being the only one. */
export function describeSystems(results: readonly SystemAt[], columns: number): string {
  const counted = results.filter(({ set }) => set !== "r8-long");
  const rows = [...Map.groupBy(counted, ({ system }) => system)].map(([system, own]) => {
    const worst = own.reduce((a, b) => b.regret > a.regret ? b : a);
    const regret = mean(own.map(({ regret }) => regret));
    return [
      system,
      String(own.length),
      ...figuresOf(meansOf(own)),
      regret.toFixed(3),
      `${worst.regret.toFixed(3)} ${placeOf(worst)}`,
    ];
  });
  return alignColumns([["system", "cells", ...MEASURED, "regret", "worst"], ...rows], columns);
}

function figuresOf(at: ReturnType<typeof meansOf>): string[] {
  const shares = [at.accuracy, at.macroF1, at.ece, at.logLoss].map((value) => value.toFixed(3));
  return [...shares, at.seconds.toFixed(at.seconds < 10 ? 1 : 0)];
}
