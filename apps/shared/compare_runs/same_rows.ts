import type { Example } from "@taxon/data";
import { call } from "../call.ts";
import type { JudgedRun } from "./judged_run.ts";

type Named = Pick<JudgedRun, "name" | "config">;

/**
 * Refuses models that answer different questions, naming the difference: the kind of problem, or the labels. Their order
 * may differ.
 *
 * @throws {Error} If they differ.
 */
export function requireSameLabels(first: Named, second: Named): void {
  const [a, b] = [first.config, second.config];
  if (a.problemType !== b.problemType) {
    throw refusal(first, second, `the one is for ${a.problemType}, the other for ${b.problemType}`);
  }
  if (a.problemType === "regression") return; // the name of the number does not matter
  const only = (own: readonly string[], other: readonly string[]) =>
    own.filter((label) => !other.includes(label)).map((label) => `"${label}"`).join(", ") || "none";
  const [onlyA, onlyB] = [only(a.labels, b.labels), only(b.labels, a.labels)];
  if (onlyA !== "none" || onlyB !== "none") {
    throw refusal(first, second, `only the one has the labels ${onlyA}, only the other ${onlyB}`);
  }
}

/**
 * Refuses runs that cannot stand side by side: besides the labels, the rows and their right answers must be the same.
 *
 * @throws {Error} If they differ.
 */
export function requireSameRows(first: Omit<JudgedRun, "scores">, second: Omit<JudgedRun, "scores">): void {
  requireSameLabels(first, second);
  const remedy = `score both on the same rows with ${call} compare --file`;
  const [a, b] = [first.examples.map(rowContent), second.examples.map(rowContent)];
  if (a.length !== b.length) {
    const reason = `the one was measured on ${a.length} rows, the other on ${b.length}`;
    throw refusal(first, second, `${reason}; ${remedy}`);
  }
  const at = a.findIndex((row, i) => row !== b[i]);
  if (at >= 0) {
    throw refusal(first, second, `row ${at + 1} is ${a[at]} in the one, ${b[at]} in the other; ${remedy}`);
  }
}

/** SHA-256 over texts and right answers of the rows, in hexadecimal digits: names the split, wherever its file lies. */
export async function contentHash(examples: readonly Example[]): Promise<string> {
  const bytes = new TextEncoder().encode(examples.map(rowContent).join("\n"));
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)).toHex();
}

/** A row as JSON: text, second text, right answer. A CSV file keeps neither the kind of line ends nor lone surrogates. */
function rowContent({ text, textPair, labels, target }: Example): string {
  const plain = (value: string) => value.toWellFormed().replace(/\r\n?/g, "\n");
  return JSON.stringify([plain(text), plain(textPair ?? ""), target ?? labels.map(plain).sort()]);
}

function refusal(first: Named, second: Named, reason: string): Error {
  return new Error(`Cannot compare ${first.name} with ${second.name}: ${reason}`);
}
