// Types of the part of @std/csv that this repository uses.
export interface ReadOptions {
  separator?: string;
  comment?: string;
  trimLeadingSpace?: boolean;
  lazyQuotes?: boolean;
  fieldsPerRecord?: number;
}
/** Parses RFC 4180 text into rows of fields; a malformed row throws a SyntaxError that names the line. */
export function parse(input: string, options?: ReadOptions): string[][];
export interface StringifyOptions {
  headers?: boolean;
  columns?: readonly string[];
  separator?: string;
}
export function stringify(
  data: readonly (readonly unknown[] | Record<string, unknown>)[],
  options?: StringifyOptions,
): string;
