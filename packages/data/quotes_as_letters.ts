import type { DelimitedRecord } from "./records.ts";

/**
 * Returns what looks at rows in which quotes are letters, and says once if they seem to enclose fields: they stand at
 * both ends of one, or one field has the first and a later one the last.
 */
export function quoteWatcher(
  file: string,
  warn: ((message: string) => void) | undefined,
): (row: DelimitedRecord) => void {
  let opened: number | undefined;
  let said = false;
  return ({ line, fields }) => {
    if (said) return;
    for (const field of fields) {
      const quotes = field.includes('"') ? field.split('"').length - 1 : 0;
      if (quotes === 0) continue;
      const [first, last, isOdd] = [field.startsWith('"'), field.endsWith('"'), quotes % 2 === 1];
      const encloses = first && last && !isOdd && !field.slice(1, -1).replaceAll('""', "").includes('"');
      if (encloses || (last && isOdd && opened !== undefined)) {
        warn?.(
          `${file}:${opened ?? line}: quotes around a field are kept as letters; ` +
            `choose option quoting rfc4180 if they enclose it, or option quoting none to say that they do not`,
        );
        said = true;
        return;
      }
      if (first && isOdd) opened ??= line;
    }
  };
}
