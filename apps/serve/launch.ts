/**
 * `deno task serve`: checks the flags, then starts `deno serve` with the permissions that they call for and no more.
 * A server cannot choose its own port or permissions: they belong to the process, so another process must.
 */
import { fileURLToPath } from "node:url";
import { buildIfWanted, createLog, runMain, UsageError } from "@taxon/app-shared";
import { readableRoots } from "@taxon/classifier";
import { builtLibrary } from "@taxon/backend-ffi/build";
import { readApiKey } from "./api_key.ts";
import { readModelSources, serveCommand, writeFlags } from "./options.ts";

await runMain(serveCommand, async ({ flags }) => {
  const { port, metricsPort } = flags;
  const host = addressOf(flags.host);
  if (metricsPort === port) {
    throw new UsageError(`Cannot use port ${port} twice: choose another --metrics-port`);
  }
  const apiKey = await readApiKey(flags);
  const models = readModelSources(flags.model);
  const folders = models.map(({ folder }) => realFolder(folder));
  await buildIfWanted(flags.backend, createLog());

  const child = new Deno.Command(Deno.execPath(), {
    args: [
      "serve",
      "--no-prompt",
      "--unstable-no-legacy-abort", // request.signal then means a client that left, and nothing else
      ...["--host", host, "--port", String(port)], // deno serve may listen here without a permission
      `--allow-read=${[...folders.flatMap(readableRoots), ...sourceFolders()].map(escapeCommas).join(",")}`,
      "--allow-env=API_KEY,XDG_RUNTIME_DIR", // the second as in backends/webgpu/loader_noise.ts
      `--allow-ffi=${escapeCommas(fileURLToPath(builtLibrary))}`,
      ...metricsPort === undefined ? [] : [`--allow-net=${host}:${metricsPort}`],
      `${import.meta.dirname}/main.ts`,
      ...models.flatMap(({ id }, i) => ["--model", `${id}=${folders[i]}`]),
      ...writeFlags(flags),
    ],
    env: apiKey === undefined ? {} : { API_KEY: apiKey }, // a command line is for all users of the machine to see
    stdin: "null",
  }).spawn();

  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    Deno.addSignalListener(signal, () => {
      try {
        child.kill("SIGTERM");
      } catch { /* it has ended */ }
    });
  }
  return (await child.status).code;
});

/** The host as `deno serve` takes it: IPv6 in brackets; a number for localhost, so that permissions match it. */
function addressOf(host: string): string {
  if (host === "localhost") return "127.0.0.1";
  return host.includes(":") && !host.startsWith("[") ? `[${host}]` : host;
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
