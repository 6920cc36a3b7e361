import { HostedTask } from "./hosted_tasks.ts";
import { readAll } from "./read_all.ts";
import { root } from "./repository.ts";

/** How a process ended. */
export interface Ended {
  code: number;
  signal: Deno.Signal | null;
  stdout: string;
  stderr: string;
}

/** A task that runs. */
export interface RunningTask {
  /** Waits until standard error matches; false if the process ended without it. */
  until(pattern: RegExp): Promise<boolean>;
  kill(signal: Deno.Signal): void;
  readonly ended: Promise<Ended>;
}

/** Where a task runs and what it reads; the repository and nothing by default. */
export interface TaskOptions {
  cwd?: string;
  stdin?: string | Uint8Array<ArrayBuffer>;
  /** Let WebGPU find what this machine has. */
  webgpu?: boolean;
  /** Variables besides those of the tests themselves. */
  env?: Record<string, string>;
  /** Further arguments of Deno's own. */
  deno?: readonly string[];
  /** Start `deno task` itself, whose shell stands between; it always runs in the repository. */
  byDenoTask?: boolean;
  /** Do not choose the cpu where no backend is named. */
  asWritten?: boolean;
}

/** Environment of a machine without a graphics driver: what `auto` takes must not depend on the one that runs the tests. */
export const withoutGpu = { DENO_WEBGPU_BACKEND: "none" };

/** Starts a task of deno.json as `deno task` would: with its permissions, no more. */
export function startTask(name: string, args: readonly string[], options: TaskOptions = {}): RunningTask {
  const { cwd = root, stdin, webgpu = false, env = {}, deno = [], byDenoTask = false, asWritten = false } =
    options;
  const before = byDenoTask ? ["task", "--quiet", name] : taskArguments(name, env, deno);
  const child = new Deno.Command(Deno.execPath(), {
    args: [...before, ...(asWritten ? [] : backendFor(name, args)), ...args],
    cwd,
    env: { NO_COLOR: "1", ...(webgpu ? {} : withoutGpu), ...env },
    stdin: stdin === undefined ? "null" : "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  if (stdin !== undefined) new Response(stdin).body!.pipeTo(child.stdin).catch(() => {}); // it need not read all
  let stderr = "";
  let open = true;
  const waiting = new Set<() => void>();
  const reading = readAll(child.stderr, (text) => {
    stderr = text;
    for (const check of waiting) check();
  });
  const ended = Promise.all([child.status, readAll(child.stdout), reading]).then(
    ([{ code, signal }, stdout, stderr]) => {
      open = false;
      for (const check of waiting) check();
      return { code, signal, stdout, stderr };
    },
  );
  return {
    ended,
    kill: (signal) => child.kill(signal),
    until: (pattern) =>
      new Promise((resolve) => {
        const check = () => {
          if (open && !pattern.test(stderr)) return;
          waiting.delete(check);
          resolve(pattern.test(stderr));
        };
        waiting.add(check);
        check();
      }),
  };
}

const hosted = new Map<string, HostedTask>();

/**
 * Lets the runs of these tasks in a test file share a process each, where `runTask` is asked for no more than arguments
 * and a folder: nine tenths of a small run are the start of Deno and compiling. To be called where tests are defined.
 */
export function shareProcess(...names: readonly string[]): void {
  Deno.test.beforeAll(() => {
    for (const name of names) {
      hosted.set(name, new HostedTask(taskArguments(name, {}, []), { NO_COLOR: "1", ...withoutGpu }));
    }
  });
  Deno.test.afterAll(async () => {
    for (const task of hosted.values()) await task.close();
  });
}

/** Runs a task to its end. */
export function runTask(
  name: string,
  args: readonly string[],
  options: TaskOptions = {},
): Promise<Ended> {
  const { cwd = root.pathname, asWritten, ...ofProcess } = options;
  const task = hosted.get(name);
  if (!task || Object.values(ofProcess).some((value) => value !== undefined)) {
    return startTask(name, args, options).ended;
  }
  return task.run({ args: [...(asWritten ? [] : backendFor(name, args)), ...args], cwd });
}

/** Runs a task that must succeed. */
export async function succeed(
  name: string,
  args: readonly string[],
  options?: TaskOptions,
): Promise<{ stdout: string; stderr: string }> {
  const { code, stdout, stderr } = await runTask(name, args, options);
  if (code !== 0) throw new Error(`deno task ${name} ${args.join(" ")} ended with ${code}:\n${stderr}`);
  return { stdout, stderr };
}

/** What follows `deno` in a task's command, with absolute paths, so that it runs in any folder. */
function taskArguments(name: string, env: Record<string, string>, more: readonly string[]): string[] {
  const [deno, ...rest] = taskCommand(name)
    .replace(/\$\(deno task -q (\w+)\)/, (_, inner: string) => outputOf(inner, env)).split(" ");
  if (deno !== "deno" || !rest[0].startsWith("-qP=")) {
    throw new Error(`Cannot start ${name}: its command is not deno with a set of permissions`);
  }
  return [
    "run",
    "--config",
    `${root.pathname}deno.json`,
    ...rest.slice(0, -1),
    ...more,
    `${root.pathname}${rest.at(-1)}`,
  ];
}

/** The command of a task. */
function taskCommand(name: string): string {
  return JSON.parse(Deno.readTextFileSync(new URL("deno.json", root))).tasks[name].command;
}

/** What a task within the command prints. */
function outputOf(task: string, env: Record<string, string>): string {
  const args = ["task", "-q", task];
  const { stdout } = new Deno.Command(Deno.execPath(), { args, cwd: root, env, stderr: "inherit" })
    .outputSync();
  return new TextDecoder().decode(stdout).trim();
}

/** Unless they name a backend, tests compute on the cpu: their results must not depend on what is built here. */
export function backendFor(name: string, args: readonly string[]): string[] {
  const computes = ["train", "pretrain", "evaluate", "compare", "predict", "visualize", "bench", "serve"]
    .includes(name);
  return computes && !args.includes("--backend") ? ["--backend", "cpu"] : [];
}
