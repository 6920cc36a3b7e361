import type { Example } from "./example.ts";

/** The labels of a field such as `billing, refund`; an empty field has none. */
export function splitLabels(field: string, separator: string): string[] {
  if (separator === "") {
    throw new RangeError("Cannot split labels by an empty separator: use for example a comma");
  }
  if (field.trim() === "") return [];
  return field.split(separator).map((label) => label.trim());
}

/** Every label that occurs, sorted: the position of a label is its id, so it must not depend on the order of rows. */
export function labelSet(examples: Iterable<Example>): string[] {
  const labels = new Set<string>();
  for (const example of examples) for (const label of example.labels) labels.add(label);
  return sortLabels(labels);
}

/**
 * Labels in an order that does not depend on the language of the machine: whole numbers by their value, then names by
 * code unit.
 */
export function sortLabels(labels: Iterable<string>): string[] {
  const isWhole = (label: string) => /^-?\d{1,15}$/.test(label);
  const { numbers = [], names = [] } = Object.groupBy(
    labels,
    (label) => isWhole(label) ? "numbers" : "names",
  );
  return [...numbers.sort().sort((a, b) => Number(a) - Number(b)), ...names.sort()];
}

/**
 * Refuses a split with labels that training never saw: such a row can only be answered wrongly.
 *
 * @throws {RangeError} Naming label, file and row, and the label that was probably meant.
 */
export function requireKnownLabels(examples: Iterable<Example>, labels: readonly string[]): void {
  const known = new Set(labels);
  for (const { labels: own, file, row } of examples) {
    for (const label of own) {
      if (known.has(label)) continue;
      const meant = labels.find((candidate) => labelKey(candidate) === labelKey(label));
      const shown = meant === undefined ? label : visibleLabel(label);
      const remedy = meant === undefined
        ? `known are ${quoteSome(labels)}`
        : `"${visibleLabel(meant)}" differs only by case or space: option mergeLabels takes both for one`;
      throw new RangeError(`${file}:${row}: label "${shown}" does not occur in the training data; ${remedy}`);
    }
  }
}

/** A label with visible white space. */
export function visibleLabel(label: string): string {
  const names: Record<string, string> = { " ": "␣", "\t": "\\t", "\n": "\\n", "\r": "\\r" };
  return label.replace(/\s/gu, (space) => {
    return names[space] ?? `\\u${space.charCodeAt(0).toString(16).padStart(4, "0")}`;
  });
}

/** Equal for labels that differ only by case or white space. */
export function labelKey(label: string): string {
  return label.toLowerCase().replace(/\s+/gu, "");
}

function quoteSome(labels: readonly string[]): string {
  const shown = labels.slice(0, 10).map((label) => `"${label}"`).join(", ");
  return labels.length > 10 ? `${shown} and ${labels.length - 10} more` : shown;
}
