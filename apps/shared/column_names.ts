/**
 * The columns that a flag names, separated by commas; a name that holds a comma stands in double quotes, as in a CSV
 * file: `subject,"body, in full"`.
 */
export function columnNames(flag: string): string[] {
  const names = flag.matchAll(/(?:"((?:[^"]|"")*)"|([^,]*))(?:,|$)/gy);
  // A comma at the end is followed by an empty name, the end of the flag by an empty match
  return [...names].filter(({ index }) => index === 0 || index < flag.length || flag.endsWith(","))
    .map(([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain);
}

/** Names as `columnNames` reads them. */
export function columnFlag(names: readonly string[]): string {
  return names.map((name) => /^"|,/.test(name) ? `"${name.replaceAll('"', '""')}"` : name).join(",");
}
