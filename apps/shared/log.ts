import { yellow } from "@std/fmt/colors";
import { clearProgress } from "./progress.ts";
import { terminalColumns } from "./terminal.ts";
import { visible } from "./visible.ts";
import { wrap } from "./wrap.ts";

/**
 * Results go to standard output, so that they can be piped; what tells a person how it goes, to standard error.
 * Texts, labels and names come from strangers: control characters in what a person reads are escaped.
 */
export interface Log {
  /** A result for programs: as it is, but for control characters on a terminal; never silenced. */
  result(text: string): void;
  /** A result for a person: wrapped where standard output is a terminal; never silenced. */
  report(text: string): void;
  /** Progress and explanations; silenced by `--quiet`. */
  note(text: string): void;
  /** Something the user should look at; never silenced. */
  warn(text: string): void;
  /** Columns for tables in a report; Infinity where standard output is no terminal. */
  readonly columns: number;
}

/** A log on the process's own streams. */
export function createLog({ quiet = false }: { quiet?: boolean } = {}): Log {
  return {
    result: (text) => print(Deno.stdout.isTerminal() ? visible(text) : text),
    report: (text) => print(wrap(visible(text), terminalColumns(Deno.stdout))),
    note: (text) => quiet ? undefined : printError(text),
    warn: (text) => printError(`Warning: ${text}`),
    get columns() {
      return terminalColumns(Deno.stdout);
    },
  };
}

/** Prints what a person reads on standard error: wrapped at the width of a terminal, and not into a bar. */
export function printError(text: string): void {
  clearProgress();
  const wrapped = wrap(visible(text), terminalColumns(Deno.stderr));
  console.error(Deno.stderr.isTerminal() ? wrapped.replace(/^Warning:/, yellow) : wrapped);
}

function print(text: string): void {
  clearProgress();
  console.log(text);
}
