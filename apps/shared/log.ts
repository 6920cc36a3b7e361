import { yellow } from "@std/fmt/colors";

/** Results go to standard output, so that they can be piped; what tells a person how it goes, to standard error. */
export interface Log {
  /** A result; never silenced. */
  result(text: string): void;
  /** Progress and explanations; silenced by `--quiet`. */
  note(text: string): void;
  /** Something the user should look at; never silenced. */
  warn(text: string): void;
}

/** A log on the process's own streams. */
export function createLog({ quiet = false }: { quiet?: boolean } = {}): Log {
  return {
    result: (text) => console.log(text),
    note: (text) => quiet || console.error(text),
    warn: (text) => console.error(`${Deno.stderr.isTerminal() ? yellow("Warning:") : "Warning:"} ${text}`),
  };
}
