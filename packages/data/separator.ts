import type { WantedColumn } from "./columns.ts";
import { delimitedRecords } from "./records.ts";

/** Characters that separate fields in files that people have, by name. */
const NAMED: Readonly<Record<string, string>> = { comma: ",", semicolon: ";", tab: "\t", pipe: "|" };

/** Rows from which the separator of a file without a header is told. */
const LOOKED_AT = 200;

/** A file of which the separator is to be told. */
export interface SeparatedFile {
  file: string;
  /** The separator that the name of the file stands for. */
  usual: string;
  header: boolean;
  wanted: readonly WantedColumn[];
  /** Whether quotes enclose fields if this is the separator. */
  isQuoted: (separator: string) => boolean;
  warn?: (message: string) => void;
}

/**
 * The character that an option names: itself, or one of comma, semicolon, tab and pipe.
 *
 * @throws {RangeError} If it cannot separate fields.
 */
export function readSeparator(text: string): string {
  const character = NAMED[text] ?? (text === "\\t" ? "\t" : text);
  if (character.length === 1 && !/["\r\n]/.test(character)) return character;
  throw new RangeError(
    `Cannot separate fields by "${text}": choose one character, or one of ${Object.keys(NAMED).join(", ")}`,
  );
}

/** What a separator is called, with its article: `a semicolon`. */
export function nameOf(separator: string): string {
  const name = Object.keys(NAMED).find((name) => NAMED[name] === separator);
  return name === undefined ? `"${separator}"` : `a ${name}`;
}

/**
 * What separates the fields of a file: with a header the character by which its first line names the wanted columns;
 * without, the one that cuts every row into equally many fields. Undefined if none does.
 *
 * @throws {SyntaxError} If several would do without a header, so that a guess might be wrong.
 */
export function separatorOf(content: string, options: SeparatedFile): string | undefined {
  const { file, usual, header, wanted, isQuoted, warn } = options;
  const candidates = [usual, ...Object.values(NAMED).filter((separator) => separator !== usual)];
  const head = (separator: string, count: number) =>
    firstRows(content, { file, separator, quoted: isQuoted(separator) }, count);
  if (header) {
    const naming = candidates.find((separator) => {
      const [names] = head(separator, 1);
      return wanted.length > 0 && names && wanted.every(({ column }) => names.includes(String(column)));
    });
    return naming ?? likelySeparator(content, usual, file);
  }
  const needed = Math.max(2, ...wanted.map(({ column }) => Number(column) || 0));
  const fitting = candidates.filter((separator) => {
    const rows = head(separator, LOOKED_AT);
    return rows.length > 0 && rows[0].length >= needed &&
      rows.every(({ length }) => length === rows[0].length);
  });
  if (fitting.length < 2) return fitting[0];
  const doubt = `${file}:1: ${fitting.map(nameOf).join(" or ")} may separate the fields`;
  if (usual !== "\t" || fitting[0] !== usual) throw new SyntaxError(`${doubt}; choose with option separator`);
  warn?.(`${doubt}; a tab is taken`); // which hardly ever stands in a text
  return usual;
}

/** The separator that cuts the first line into most fields, where the one used leaves it whole. */
export function likelySeparator(content: string, used: string, file: string): string | undefined {
  const width = (separator: string) => {
    return firstRows(content, { file, separator, quoted: true }, 1)[0]?.length ?? 1;
  };
  if (width(used) > 1) return undefined;
  const widest = Object.values(NAMED).reduce((best, next) => width(next) > width(best) ? next : best);
  return width(widest) > 1 ? widest : undefined;
}

/** The fields of the first rows; none if they do not parse. */
function firstRows(
  content: string,
  options: { file: string; separator: string; quoted: boolean },
  count: number,
): string[][] {
  try {
    const rows: string[][] = [];
    for (const { fields } of delimitedRecords(content, options)) {
      if (rows.push(fields) === count) break;
    }
    return rows;
  } catch (error) {
    if (error instanceof SyntaxError) return [];
    throw error;
  }
}
