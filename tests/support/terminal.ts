import { readAll } from "./read_all.ts";
import { Screen } from "./screen.ts";

/** What a call in a terminal came to. */
export interface TerminalRun {
  code: number;
  /** All that was written, with what moves the cursor. */
  output: string;
  screen: Screen;
  /** Whether it stopped at a question; it was ended then. */
  asked: boolean;
}

/** How a call is made. */
export interface TerminalOptions {
  cwd: string;
  /** Where programs are found. */
  path: string;
  env?: Record<string, string>;
  columns?: number;
  /** Sends Ctrl-C once the output matches; for a command that ends only so. */
  stopAt?: RegExp;
}

/** Whether this machine has `script` of util-linux, which gives a program a terminal. */
export async function hasScript(): Promise<boolean> {
  try {
    const { success, stdout } = await new Deno.Command("script", { args: ["--version"], stderr: "null" })
      .output();
    return success && new TextDecoder().decode(stdout).includes("util-linux");
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

/** Runs a program in a pseudo-terminal, by `script`, to its end or to a question. */
export async function runInTerminal(
  command: readonly string[],
  { cwd, path, env, columns = 80, stopAt }: TerminalOptions,
): Promise<TerminalRun> {
  const quoted = [path, ...command].map((word) => `'${word.replaceAll("'", "'\\''")}'`);
  const line = `stty cols ${columns} rows 24; export PATH=${quoted[0]}; exec ${quoted.slice(1).join(" ")}`;
  const child = new Deno.Command("script", {
    args: ["--quiet", "--return", "--command", line, "/dev/null"],
    cwd,
    env: { SHELL: "/bin/sh", TERM: "xterm-256color", ...env },
    stdin: "piped",
    stdout: "piped",
    stderr: "null",
  }).spawn();
  const keyboard = child.stdin.getWriter();
  let [asked, stopped] = [false, false];
  const press = (keys: string) => keyboard.write(new TextEncoder().encode(keys)).catch(() => {}); // it has ended
  const output = await readAll(child.stdout, (text) => {
    if (!asked && /Allow\?/.test(text)) {
      asked = true;
      child.kill("SIGTERM"); // nobody answers
    }
    if (!stopped && stopAt?.test(text)) {
      stopped = true;
      press("\x03");
    }
  });
  const { code } = await child.status;
  await keyboard.close().catch(() => {});
  const screen = new Screen(columns);
  screen.write(output);
  return { code, output, screen, asked };
}
