import { UsageError } from "@taxon/app-shared";
import { isLoopback } from "./address.ts";

/** What the flags say of the key. */
export interface KeyFlags {
  apiKey?: string;
  apiKeyFile?: string;
  /** False for `--no-key`. */
  key: boolean;
}

/**
 * The key that clients must send: from `--api-key`, `--api-key-file` or the variable API_KEY, in this order; none
 * with `--no-key`.
 *
 * @throws {UsageError} If the flags contradict each other, or the key is none that a client could send.
 */
export async function readApiKey({ apiKey, apiKeyFile, key }: KeyFlags): Promise<string | undefined> {
  if (apiKey !== undefined && apiKeyFile !== undefined) {
    throw new UsageError("Cannot use --api-key and --api-key-file together: choose one");
  }
  if (!key) {
    if (apiKey === undefined && apiKeyFile === undefined) return undefined;
    throw new UsageError("Cannot use --no-key together with a key: choose one");
  }
  const read = apiKey ??
    (apiKeyFile === undefined ? fromEnvironment() : (await readKeyFile(apiKeyFile)).trim());
  if (read === "") throw new UsageError("Cannot use an empty API key: it would let everybody in");
  if (read !== undefined && !/^[\x21-\x7e]+$/.test(read)) {
    throw new UsageError(
      "Cannot use this API key: no client could send it; use one line of ASCII letters, digits and marks without blanks",
    );
  }
  return read;
}

/**
 * Without a key only this machine is let in, unless that is what was asked for.
 *
 * @throws {UsageError} If a server on `hostname` would let everybody in.
 */
export function requireKeyBeyondLoopback(apiKey: string | undefined, hostname: string, key: boolean): void {
  if (apiKey !== undefined || !key || isLoopback(hostname)) return;
  throw new UsageError(
    `Cannot listen on ${hostname} without an API key: everybody who reaches it could use the model; set API_KEY ` +
      `or --api-key-file, or write --no-key if that is wanted`,
  );
}

async function readKeyFile(path: string): Promise<string> {
  try {
    return await Deno.readTextFile(path);
  } catch (error) {
    throw new UsageError(`Cannot read the API key from ${path}: ${(error as Error).message}`);
  }
}

function fromEnvironment(): string | undefined {
  const permission = Deno.permissions.querySync({ name: "env", variable: "API_KEY" });
  if (permission.state === "granted") return Deno.env.get("API_KEY");
  throw new UsageError(
    "Cannot tell whether API_KEY holds a key: pass --allow-env=API_KEY to deno serve, or --no-key to the server",
  );
}
