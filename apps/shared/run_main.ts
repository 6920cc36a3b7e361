import { version } from "./version.ts";
import type { Command, Flags } from "./command.ts";
import { type ParsedArguments, parseFlags } from "./flags.ts";
import { helpText } from "./help.ts";
import { printError } from "./log.ts";
import { describeSystemError } from "./system_error.ts";
import { terminalColumns } from "./terminal.ts";

/**
 * Runs a command and ends the process: 0 if it succeeded or with the code it returned, 2 if it was called wrongly, 1
 * if it failed, 130 or 143 if it was interrupted.
 *
 * @param run Gets the checked arguments; throws what it cannot do.
 */
export async function runMain<F extends Flags>(
  command: Command<F>,
  run: (args: ParsedArguments<F>) => Promise<number | void>,
): Promise<never> {
  const beforeTexts = Deno.args.slice(0, Deno.args.includes("--") ? Deno.args.indexOf("--") : undefined);
  if (beforeTexts.includes("--help") || beforeTexts.includes("-h")) {
    console.log(helpText(command, terminalColumns(Deno.stdout)));
    Deno.exit(0);
  }
  if (beforeTexts.includes("--version")) {
    console.log(version);
    Deno.exit(0);
  }
  try {
    Deno.exit(await run(parseFlags(Deno.args, command)) ?? 0);
  } catch (error) {
    printError(describeError(error));
    Deno.exit(exitCodeOf(error));
  }
}

/** One line for what a user can mend; the stack for what only we can. */
export function describeError(error: unknown): string {
  if (!(error instanceof Error)) return `Error: ${error}`;
  return describeSystemError(error) ?? (isSlip(error) ? error.stack ?? String(error) : error.message);
}

function exitCodeOf(error: unknown): number {
  const code = (error as { exitCode?: unknown } | null)?.exitCode;
  return typeof code === "number" ? code : 1;
}

/** Errors of the kinds that the engine throws at a mistake in the program. */
function isSlip(error: Error): boolean {
  if (error instanceof RangeError) return !/^(Cannot |.+:\d+: )/.test(error.message); // ours name a value or a row
  return error instanceof TypeError || error instanceof ReferenceError;
}
