/**
 * A process that runs one task again and again: from its `main.ts`, with its permissions, once for each line on standard
 * input. Every run has arguments, a folder, output and an exit code of its own, and finds no thread and no lock of the
 * one before; what stays are loaded and compiled modules. Started by `hosted_tasks.ts`.
 */
import type { Ended } from "./task.ts";
import { linesOf } from "./lines.ts";

/** A run that is asked for. */
export interface Run {
  args: readonly string[];
  cwd: string;
}

/** Thrown where a process would end. */
class Exit extends Error {}

const [main] = Deno.args;
const answers = Deno.stdout.writable.getWriter();
const threads = new Set<Worker>();
let code: number | undefined;
let [stdout, stderr] = ["", ""];

if (import.meta.main) {
  standIn();
  answerRuns(); // awaited here, the modules that are imported would wait for this one
}

async function answerRuns(): Promise<void> {
  const waiting = setInterval(() => {}, 1 << 30); // with nothing else to wait for, Deno takes a module for stalled
  let runs = 0;
  for await (const line of linesOf(Deno.stdin.readable)) {
    const ended = await run(JSON.parse(line), ++runs);
    await answers.write(new TextEncoder().encode(`${JSON.stringify(ended)}\n`));
  }
  clearInterval(waiting);
}

async function run({ args, cwd }: Run, number: number): Promise<Ended> {
  code = undefined;
  stdout = stderr = "";
  Object.defineProperty(Deno, "args", { value: args, configurable: true });
  Deno.chdir(cwd);
  try {
    await import(`${main}?run=${number}`); // a module of its own each time
  } catch (error) {
    if (!(error instanceof Exit)) throw error;
  }
  for (const thread of threads) thread.terminate();
  threads.clear();
  dispatchEvent(new Event("unload"));
  return { code: code ?? 0, signal: null, stdout, stderr };
}

/** Puts what belongs to one run in the place of what belongs to the process. */
function standIn(): void {
  Deno.exit = (given = 0) => {
    code ??= given;
    throw new Exit(); // once more from where the first one is caught, so that nothing goes on
  };
  const toStdout = (text: string) => code ?? (stdout += text);
  const toStderr = (text: string) => code ?? (stderr += text);
  const line = (values: unknown[]) =>
    values.map((value) => typeof value === "string" ? value : Deno.inspect(value)).join(" ") + "\n";
  console.log = (...values) => toStdout(line(values));
  console.error = console.warn = (...values) => toStderr(line(values));
  for (const [stream, write] of [[Deno.stdout, toStdout], [Deno.stderr, toStderr]] as const) {
    const writeSync = (bytes: Uint8Array) => (write(new TextDecoder().decode(bytes)), bytes.length);
    Object.assign(stream, {
      writeSync,
      write: (bytes: Uint8Array) => Promise.resolve(writeSync(bytes)),
      isTerminal: () => false,
    });
  }
  globalThis.Worker = class extends Worker {
    constructor(...args: ConstructorParameters<typeof Worker>) {
      super(...args);
      threads.add(this);
    }
  };
}
