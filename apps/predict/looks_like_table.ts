/** Which format the first of some plain lines looks like, though nobody named it; undefined if it is a text. */
export function looksLikeTable(
  line: string,
  textColumns: readonly (string | number)[],
): "csv" | "tsv" | "jsonl" | undefined {
  if (/^\s*\{\s*"/.test(line)) return "jsonl";
  const names = line.split(/[,;\t|]/).map((name) => name.trim().replace(/^"(.*)"$/, "$1"));
  if (names.length < 2 || !textColumns.every((column) => names.includes(String(column)))) return undefined;
  return line.includes("\t") ? "tsv" : "csv";
}
