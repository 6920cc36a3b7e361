// Types of the part of @std/cli/parse-args that this repository uses.
export interface ParseOptions {
  /** Names that are always true or false. */
  boolean?: readonly string[];
  /** Names that are always strings. */
  string?: readonly string[];
  /** Names that may be given several times and are always arrays. */
  collect?: readonly string[];
  /** Boolean names that `--no-name` turns off. */
  negatable?: readonly string[];
  alias?: Record<string, string | readonly string[]>;
  default?: Record<string, unknown>;
  /** Everything after `--` goes to `result["--"]`. */
  "--"?: boolean;
  stopEarly?: boolean;
  /** Called with each argument that is not configured; returning false drops it. */
  unknown?: (arg: string, key?: string, value?: unknown) => unknown;
}
// deno-lint-ignore no-explicit-any
export type Args = { _: (string | number)[]; "--"?: string[]; [name: string]: any };
export function parseArgs(args: readonly string[], options?: ParseOptions): Args;
