import { parse } from "@std/csv";

/** The fields of one row and the line, from 1, on which it starts. */
export interface DelimitedRecord {
  line: number;
  fields: string[];
}

/** How rows and fields of a text are told apart. */
export interface RecordOptions {
  /** Name for messages. */
  file: string;
  separator: string;
  /** Whether double quotes enclose fields, as in RFC 4180; else they are letters like any other. */
  quoted: boolean;
}

/** One row as it is written, and the line, from 1, on which it starts. */
interface SourceRow {
  line: number;
  source: string;
}

/**
 * The rows of a text, one at a time. A row with quotes is parsed by @std/csv; rows are cut here because it neither
 * tells on which line a row starts nor reports blank lines. A CRLF inside quotes is read as "\n".
 *
 * @throws {SyntaxError} Naming file and line, for a stray quote or a blank line that is not at the end.
 */
export function* delimitedRecords(content: string, options: RecordOptions): Generator<DelimitedRecord, void> {
  const { file, separator, quoted } = options;
  let blank: number | undefined;
  for (const { line, source } of sourceRows(content, quoted)) {
    if (isBlank(source, separator)) {
      blank ??= line;
      continue;
    }
    if (blank !== undefined) {
      throw new SyntaxError(`${file}:${blank}: row is blank; remove the line or fill it`);
    }
    const fields = quoted && source.includes('"')
      ? quotedFields(source, separator, `${file}:${line}`)
      : source.split(separator);
    yield { line, fields };
  }
}

/**
 * Lines of a text. They end in LF or CRLF, or in CR where there is no LF at all, as old Macs wrote; what follows the
 * last end is no line unless it holds something.
 */
export function splitLines(content: string): string[] {
  return Array.from(sourceRows(content, false), ({ source }) => source);
}

function* sourceRows(content: string, quoted: boolean): Generator<SourceRow> {
  const start = content.startsWith("\ufeff") ? 1 : 0;
  const end = lineEnd(content, quoted);
  let [rowStart, rowLine, line] = [start, 1, 1];
  for (const [at, inQuotes] of lineEnds(content, end, quoted)) {
    line++;
    if (inQuotes) continue;
    yield { line: rowLine, source: content.slice(rowStart, withoutReturns(content, rowStart, at)) };
    [rowStart, rowLine] = [at + 1, line];
  }
  const last = content.slice(rowStart, withoutReturns(content, rowStart, content.length));
  if (last !== "") yield { line: rowLine, source: last };
}

/** CR where no LF stands outside quotes. */
function lineEnd(content: string, quoted: boolean): "\n" | "\r" {
  for (const [, inQuotes] of lineEnds(content, "\n", quoted)) if (!inQuotes) return "\n";
  return content.includes("\r") ? "\r" : "\n";
}

/** Places of the character `end`, and whether an odd number of quotes stands before. */
function* lineEnds(content: string, end: string, quoted: boolean): Generator<[number, boolean]> {
  let inQuotes = false;
  let quote = quoted ? content.indexOf('"') : -1;
  for (let at = content.indexOf(end); at >= 0; at = content.indexOf(end, at + 1)) {
    while (quote >= 0 && quote < at) {
      inQuotes = !inQuotes;
      quote = content.indexOf('"', quote + 1);
    }
    yield [at, inQuotes];
  }
}

/** Where the row that ends at `at` ends without its carriage returns; some systems write two. */
function withoutReturns(content: string, start: number, at: number): number {
  while (at > start && content[at - 1] === "\r") at--;
  return at;
}

// Spaces alone are a blank line, a tab is not: it may separate two empty fields.
function isBlank(row: string, separator: string): boolean {
  return row === "" || (separator !== " " && /^ +$/.test(row));
}

function quotedFields(source: string, separator: string, place: string): string[] {
  try {
    return parse(source, { separator })[0];
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    const reason = error.message.replace(/^.*parse error on line \d+, /, "");
    throw new SyntaxError(
      `${place}: ${reason}; double every quote inside a quoted field, or choose option quoting none if quotes are letters`,
    );
  }
}
