import { alignColumns } from "@taxon/app-shared";
import { mean, meansOf, placeOf, type SystemAt } from "./results.ts";

/** A row for each system at each size of each set, means over its seeds. */
export function describePlaces(results: readonly SystemAt[], columns: number): string {
  const rows = results.map((at) => [
    placeOf(at),
    at.system,
    String(at.seeds),
    ...[at.accuracy, at.macroF1, at.ece, at.logLoss].map(digits),
    at.seconds.toFixed(at.seconds < 10 ? 1 : 0),
  ]);
  const head = ["cell", "system", "seeds", "accuracy", "F1", "ECE", "log loss", "seconds"];
  return alignColumns([head, ...rows], columns);
}

/** A row for each system: means over its cells, and what is lost by having only this one (regret). */
export function describeSystems(results: readonly SystemAt[], columns: number): string {
  const counted = results.filter(({ set }) => set !== "r8-long");
  const rows = [...Map.groupBy(counted, ({ system }) => system)].map(([system, own]) => {
    const { accuracy, ece, logLoss } = meansOf(own);
    const worst = own.reduce((a, b) => b.regret > a.regret ? b : a);
    const regret = mean(own.map(({ regret }) => regret));
    const figures = [accuracy, ece, logLoss, regret, worst.regret].map(digits);
    return [system, String(own.length), ...figures, placeOf(worst)];
  });
  const head = ["system", "cells", "accuracy", "ECE", "log loss", "regret", "worst", "where"];
  return alignColumns([head, ...rows], columns);
}

function digits(value: number): string {
  return value.toFixed(3);
}
