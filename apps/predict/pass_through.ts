import { columnNames, UsageError } from "@taxon/app-shared";

/** Keys that say something about the answer, in any format. */
const OWN_KEYS: ReadonlySet<string> = new Set([
  "text",
  "label",
  "labels",
  "score",
  "scores",
  "truncated",
]);

/**
 * Which fields of the input stand in the answers, and under which names: their own, or `input_…` where that is a key of
 * the answers, which must not change its meaning. `text` keeps its name where it is the text that was classified.
 *
 * @param wanted Value of `--pass-through`.
 * @param fieldNames Fields of the input, whether a row has all of them or not.
 * @param textColumns Columns that make the text.
 * @returns Names in the answers by names in the input.
 * @throws {UsageError} If a field does not occur in the input.
 */
export function passedFields(
  wanted: string,
  fieldNames: Iterable<string>,
  textColumns: readonly string[],
): Map<string, string> {
  const known = new Set(fieldNames);
  const names = new Map([...known].map((name) => [name, nameInAnswers(name, known, textColumns)]));
  if (wanted === "all") return names;
  const chosen = wanted === "none" ? [] : columnNames(wanted);
  return new Map(chosen.map((name) => {
    const own = names.get(name);
    if (own === undefined) throw unknownField(name, known);
    return [name, own];
  }));
}

function nameInAnswers(name: string, known: ReadonlySet<string>, textColumns: readonly string[]): string {
  const same = name === "text" && textColumns.length === 1 && textColumns[0] === "text";
  if (same || !(OWN_KEYS.has(name) || name.startsWith("score:"))) return name;
  let free = `input_${name}`;
  while (known.has(free)) free = `input_${free}`;
  return free;
}

function unknownField(name: string, known: ReadonlySet<string>): UsageError {
  const reason = known.size === 0
    ? "the texts have no fields"
    : `the input has ${[...known].map((field) => `"${field}"`).join(", ")}`;
  return new UsageError(`Cannot pass "${name}" through: ${reason}; name fields, or use all or none`);
}
