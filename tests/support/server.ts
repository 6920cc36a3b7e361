import { createCpuBackend } from "@taxon/backend-cpu";
import { EncoderClassifier, type EncoderClassifierConfig, encoderConfig, saveClassifier } from "@taxon/model";
import { useBackend } from "@taxon/tensor";
import { trainWordPiece } from "@taxon/text";
import { readAll } from "./read_all.ts";
import { root } from "./repository.ts";
import { backendFor, withoutGpu } from "./task.ts";

const TEXTS = [
  "the bank sent a word",
  "hello there, what is the number of the invoice",
  "this word is very long",
];

/** Writes a small classifier with random weights and a trained tokenizer, as `train` would. */
export async function writeRandomModel(
  folder: string,
  given: Partial<EncoderClassifierConfig> = {},
): Promise<void> {
  const tokenizer = trainWordPiece([...TEXTS, ...TEXTS], { vocabSize: 200 });
  const config = encoderConfig({
    vocabSize: tokenizer.vocabSize,
    maxTokens: 32,
    modelSize: 16,
    heads: 2,
    headDim: 8,
    feedForwardSize: 32,
    labels: ["billing", "bug", "praise"],
    ...given,
  });
  using _backend = useBackend(await createCpuBackend({ threads: 1 }));
  using model = new EncoderClassifier(config).initialize(42);
  const files = await saveClassifier(model);
  await Deno.mkdir(folder, { recursive: true });
  await Deno.writeTextFile(`${folder}/config.json`, files.config);
  await Deno.writeFile(`${folder}/model.safetensors`, files.weights);
  await Deno.writeTextFile(`${folder}/tokenizer.json`, JSON.stringify(tokenizer.toJson()));
}

/** A server started as `deno task serve` starts it. */
export interface RunningServer extends AsyncDisposable {
  /** Without a slash at the end; empty if it never listened. */
  readonly url: string;
  /** Of the launcher. */
  readonly pid: number;
  /** Sends SIGTERM to the launcher. */
  stop(): void;
  /** Exit code and output, once it has ended. */
  readonly ended: Promise<{ code: number; stdout: string; stderr: string }>;
}

/**
 * Starts the launcher on a free port and waits until it listens or ends.
 *
 * @param env Variables of the launcher; without others, WebGPU finds nothing, as in `task.ts`.
 * @param options.openFiles Limit of open files, set by a shell.
 * @param options.readLog Whether what it writes to standard output is read before it has ended; default true.
 */
export async function startServer(
  args: string[],
  env: Record<string, string> = withoutGpu,
  { readLog = true, openFiles }: { readLog?: boolean; openFiles?: number } = {},
): Promise<RunningServer> {
  const permissions = [
    "--no-prompt",
    "--allow-read",
    "--allow-env=API_KEY,XDG_RUNTIME_DIR",
    `--allow-run=${Deno.execPath()}`,
  ];
  const denoArgs = [
    "run",
    ...permissions,
    `${root.pathname}apps/serve/launch.ts`,
    "--port",
    "0",
    "--threads",
    "1",
    ...backendFor("serve", args),
    ...args,
  ];
  const command = openFiles === undefined
    ? new Deno.Command(Deno.execPath(), { args: denoArgs, env, stdout: "piped", stderr: "piped" })
    : new Deno.Command("sh", {
      args: ["-c", `ulimit -n ${openFiles} && exec "$0" "$@"`, Deno.execPath(), ...denoArgs],
      env,
      stdout: "piped",
      stderr: "piped",
    });
  const child = command.spawn();
  const listening = Promise.withResolvers<string>();
  const stdout = readLog ? readAll(child.stdout) : child.status.then(() => readAll(child.stdout));
  const stderr = readAll(child.stderr, (text) => {
    const url = /Listening on (http:\/\/[\d.:]+)\//.exec(text)?.[1];
    if (url) listening.resolve(url);
  });
  const ended = Promise.all([child.status, stdout, stderr]).then(([{ code }, stdout, stderr]) => {
    listening.resolve("");
    return { code, stdout, stderr };
  });
  const stop = () => {
    try {
      child.kill("SIGTERM");
    } catch { /* it has ended */ }
  };
  return {
    url: await listening.promise,
    pid: child.pid,
    stop,
    ended,
    async [Symbol.asyncDispose]() {
      stop();
      await ended;
    },
  };
}
