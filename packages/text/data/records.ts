import { parse } from "@std/csv";

/** The fields of one row and the line, from 1, on which it starts. */
export interface DelimitedRecord {
  line: number;
  fields: string[];
}

/** Lines of a file without its byte order mark, without carriage returns and without blank lines at the end. */
export function splitLines(content: string): string[] {
  const lines = withoutByteOrderMark(content).split("\n").map((line) =>
    line.endsWith("\r") ? line.slice(0, -1) : line
  );
  while (lines.length > 0 && isBlank(lines[lines.length - 1])) lines.pop();
  return lines;
}

/** Rows of unquoted fields: a double quote is a letter like any other, as in the TSV files of most corpora. */
export function unquotedRecords(content: string, file: string, separator: string): DelimitedRecord[] {
  return splitLines(content).map((line, i) => {
    if (isBlank(line)) throw blankRow(file, i + 1);
    return { line: i + 1, fields: line.split(separator) };
  });
}

/**
 * Rows of RFC 4180 text. @std/csv parses the fields; rows are cut here because it neither tells on which line
 * a row starts nor reports blank lines. A line break inside quotes is read as "\n".
 */
export function quotedRecords(content: string, file: string, separator: string): DelimitedRecord[] {
  const sources = splitOutsideQuotes(withoutByteOrderMark(content));
  while (sources.length > 0 && isBlank(sources[sources.length - 1].source)) sources.pop();
  return sources.map(({ line, source }) => {
    if (isBlank(source)) throw blankRow(file, line);
    try {
      return { line, fields: parse(source, { separator })[0] };
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
      const reason = error.message.replace(/^.*parse error on line \d+, /, "");
      throw new SyntaxError(`${file}:${line}: ${reason}; double every quote inside a quoted field`);
    }
  });
}

function splitOutsideQuotes(content: string): { line: number; source: string }[] {
  const rows: { line: number; source: string }[] = [];
  let line = 1;
  let start = 0;
  let startLine = 1;
  let quoted = false;
  for (let i = 0; i < content.length; i++) {
    const unit = content[i];
    if (unit === '"') quoted = !quoted;
    if (unit !== "\n") continue;
    line++;
    if (quoted) continue;
    rows.push({
      line: startLine,
      source: content.slice(start, content[i - 1] === "\r" && i > start ? i - 1 : i),
    });
    start = i + 1;
    startLine = line;
  }
  if (start < content.length) rows.push({ line: startLine, source: content.slice(start) });
  return rows;
}

function withoutByteOrderMark(content: string): string {
  return content.startsWith("\ufeff") ? content.slice(1) : content;
}

// Spaces alone are a blank line, a tab is not: it may separate two empty fields.
function isBlank(line: string): boolean {
  return /^[ \r]*$/.test(line);
}

function blankRow(file: string, line: number): SyntaxError {
  return new SyntaxError(`${file}:${line}: row is blank; remove the line or fill it`);
}
