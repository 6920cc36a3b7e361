/** A regular expression that matches one code point of `table`, space-separated hexadecimal code points and ranges. */
export function characterClass(table: string, flags = ""): RegExp {
  const ranges = table.trim().split(/\s+/).map((range) =>
    range.split("-").map((codePoint) => `\\u{${codePoint}}`).join("-")
  );
  return new RegExp(`[${ranges.join("")}]`, `u${flags}`);
}
