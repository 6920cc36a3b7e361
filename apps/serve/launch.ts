/**
 * `deno task serve`: checks the flags, then starts the server with the permissions that they call for and no more,
 * and starts it again should it die. Permissions belong to a process, so another process must have them.
 */
import { fileURLToPath } from "node:url";
import { buildIfWanted, createLog, denoFlags, printError, runMain, UsageError } from "@taxon/app-shared";
import { readableRoots } from "@taxon/classifier";
import { builtLibrary } from "@taxon/backend-ffi/build";
import { inUrl, isLoopback } from "./address.ts";
import { readApiKey, requireKeyBeyondLoopback } from "./api_key.ts";
import { readModelSources, serveCommand, writeFlags } from "./options.ts";
import { startServer } from "./server_process.ts";
import { supervise } from "./supervise.ts";
import { whenParentEnds } from "./parent.ts";

await runMain(serveCommand, async ({ flags }) => {
  const { port, metricsPort } = flags;
  const named = flags.host === "localhost" ? "127.0.0.1" : flags.host.replace(/^\[(.*)\]$/, "$1");
  if (metricsPort === port) {
    throw new UsageError(`Cannot use port ${port} twice: choose another --metrics-port`);
  }
  const apiKey = await readApiKey(flags);
  const models = readModelSources(flags.model);
  const folders = models.map(({ folder }) => realFolder(folder));
  const host = await checkAddress(named, port, metricsPort);
  requireKeyBeyondLoopback(apiKey, host, flags.key);
  await buildIfWanted(flags.backend, createLog());

  const allowHost = isLoopback(flags.host) ? flags.allowHost : [...flags.allowHost, flags.host];
  const argsFor = (port: number) => [
    "run",
    "--no-prompt",
    "--quiet",
    ...denoFlags,
    `--allow-read=${[...folders.flatMap(readableRoots), ...sourceFolders()].map(escapeCommas).join(",")}`,
    "--allow-env=API_KEY,XDG_RUNTIME_DIR", // the second as in backends/webgpu/loader_noise.ts
    `--allow-ffi=${escapeCommas(fileURLToPath(builtLibrary))}`,
    `--allow-net=${
      [port, ...metricsPort === undefined ? [] : [metricsPort]].map((p) => `${inUrl(host)}:${p}`)
    }`,
    `${import.meta.dirname}/guarded.ts`,
    ...["--host", host, "--port", String(port), "--max-connections", String(flags.maxConnections)],
    ...models.flatMap(({ id }, i) => ["--model", `${id}=${folders[i]}`]),
    ...writeFlags({ ...flags, allowHost }),
  ];
  const env: Record<string, string> = {
    ...apiKey !== undefined && { API_KEY: apiKey }, // a command line is for all to see
    // Bodies arrive in blocks of 64 kB: glibc would keep the freed ones in a heap full of holes
    MALLOC_MMAP_THRESHOLD_: String(32 * 1024),
  };

  let stopping = false;
  let server: ReturnType<typeof startServer> | undefined;
  const stopped = Promise.withResolvers<void>();
  const stop = () => {
    stopping = true;
    stopped.resolve();
    server?.stop();
  };
  for (const signal of ["SIGINT", "SIGTERM"] as const) Deno.addSignalListener(signal, stop);
  whenParentEnds(stop);
  return await supervise({
    start: (before) => server = startServer(argsFor(before ?? port), env),
    stopping: () => stopping,
    pause: (ms) => Promise.race([stopped.promise, new Promise<void>((done) => setTimeout(done, ms))]),
    say: (line) => printError(line),
    now: () => performance.now(),
  });
});

/** The number of the host, if it can be listened on; see check_address.ts. */
async function checkAddress(host: string, port: number, metricsPort: number | undefined): Promise<string> {
  const ports = [port, ...metricsPort === undefined ? [] : [metricsPort]];
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "--no-prompt",
      "--quiet",
      ...denoFlags,
      `--allow-net=${ports.map((port) => `${inUrl(host)}:${port}`)}`,
      `${import.meta.dirname}/check_address.ts`,
      host,
      ...ports.map(String),
    ],
  }).output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes).trim();
  if (code !== 0) throw new UsageError(text(stderr));
  return text(stdout);
}

/** The folder itself, behind links: permission to read goes by the true path. */
function realFolder(folder: string): string {
  try {
    const path = Deno.realPathSync(folder);
    if (Deno.statSync(path).isDirectory) return path;
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    throw new UsageError(`Cannot serve ${folder}: there is no such folder`);
  }
  throw new UsageError(`Cannot serve ${folder}: it is not a folder`);
}

/** Deno loads the modules of a worker only with permission to read them, as it does not know them beforehand. */
function sourceFolders(): string[] {
  return ["apps", "backends", "packages", "third_party"].map((room) =>
    `${import.meta.dirname}/../../${room}`
  );
}

/** A comma separates the paths of a permission; two stand for one in a path. */
function escapeCommas(path: string): string {
  return path.replaceAll(",", ",,");
}
