import { flagName, UsageError } from "@taxon/app-shared";
import type { PredictFlags } from "./command.ts";

/** Formats that a flag has a say in. */
const FORMATS_OF_FLAGS: Readonly<Partial<Record<keyof PredictFlags, readonly PredictFlags["format"][]>>> = {
  topK: ["table"],
  passThrough: ["csv", "tsv", "jsonl"],
  lineEnds: ["csv", "tsv"],
  safeForSpreadsheets: ["csv", "tsv"],
};

/**
 * Refuses a flag that would do nothing.
 *
 * @param given Names of the flags that were written.
 */
export function requireFittingFlags({ format }: PredictFlags, given: ReadonlySet<string>): void {
  for (const [flag, formats] of Object.entries(FORMATS_OF_FLAGS)) {
    if (!given.has(flag) || formats.includes(format)) continue;
    throw new UsageError(
      `Cannot use --${flagName(flag)} with --format ${format}: it is for ${formats.join(", ")}`,
    );
  }
}
