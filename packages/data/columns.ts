import { suggest } from "./suggest.ts";

/** Names that a message lists. */
const SHOWN = 20;

/** Name of a column, or its number from 1 in a file without a header. */
export type Column = string | number;

/** A column that a caller reads, and the option that chooses it, for messages. */
export interface WantedColumn {
  /** By name, or by number in a file without a header. */
  column: Column;
  /** Such as `textColumn`. */
  option: string;
}

/** Where the names of columns stand. */
export interface NamesPlace {
  file: string;
  row: number;
  /** Keys of a JSON row, not a first line. */
  keys?: boolean;
  /** What else might be wrong with the names, for the message. */
  hint?: string;
}

/**
 * Refuses names that lack wanted ones, all at once, or that hold a wanted one twice.
 *
 * @throws {RangeError} If the first line lacks a name.
 * @throws {SyntaxError} If a JSON row lacks a key, or the first line names a wanted column twice.
 */
export function requireColumns(
  names: readonly string[],
  wanted: readonly WantedColumn[],
  place: NamesPlace,
): void {
  const missing = wanted.filter(({ column }) => !names.includes(String(column)));
  if (missing.length > 0) throw missingColumns(names, missing, place);
  if (place.keys) return; // of an object: each once
  for (const { column } of wanted) {
    const name = String(column);
    if (names.indexOf(name) !== names.lastIndexOf(name)) {
      throw new SyntaxError(
        `${place.file}:${place.row}: column ${JSON.stringify(name)} appears twice in the header; rename one`,
      );
    }
  }
}

function missingColumns(
  names: readonly string[],
  missing: readonly WantedColumn[],
  place: NamesPlace,
): Error {
  const { file, row, keys, hint = "" } = place;
  const shown = names.slice(0, SHOWN).map((name) => JSON.stringify(name)).join(", ") || "none";
  const known = names.length > SHOWN ? `${shown} and ${names.length - SHOWN} more` : shown;
  const absent = [...new Set(missing.map(({ column }) => String(column)))].map((column) => {
    const near = nearest(column, names);
    const name = JSON.stringify(column);
    return near === undefined ? name : `${name} (did you mean ${JSON.stringify(near)}?)`;
  });
  const what = `no ${keys ? "key" : "column"}${absent.length > 1 ? "s" : ""} ${absent.join(" and ")}`;
  const cut = names.find((name) =>
    missing.some(({ column }) => name !== column && name.split(",").includes(`${column}`))
  );
  const remedy = cut === undefined
    ? ""
    : `; a name that holds a comma stands in double quotes: ${quoted(cut)}`;
  if (keys) return new SyntaxError(`${file}:${row}: ${what}; the keys of this row are: ${known}${remedy}`);
  const options = [...new Set(missing.map(({ option }) => option))].join(" and ");
  const choose = absent.length > 1 ? `choose with ${options}` : `choose one as ${options}`;
  return new RangeError(
    `Cannot read ${file}: ${what}; its ${row === 1 ? "first line" : `line ${row}`} names ${known}${hint}: ` +
      `${choose}, or read the file without a header and give column numbers${remedy}`,
  );
}

function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** The name that was probably meant: case counts less than letters. */
function nearest(column: string, names: readonly string[]): string | undefined {
  const meant = suggest(column.toLowerCase(), names.map((name) => name.trim().toLowerCase()));
  return meant === undefined ? undefined : names.find((name) => name.trim().toLowerCase() === meant);
}
