import { printError, UsageError } from "@taxon/app-shared";

/**
 * The key that clients must send: from `--api-key`, `--api-key-file` or the variable API_KEY, in this order.
 *
 * @throws {UsageError} If both flags are given, or the key is empty.
 */
export async function readApiKey(
  { apiKey, apiKeyFile }: { apiKey?: string; apiKeyFile?: string },
): Promise<string | undefined> {
  if (apiKey !== undefined && apiKeyFile !== undefined) {
    throw new UsageError("Cannot use --api-key and --api-key-file together: choose one");
  }
  const key = apiKey ??
    (apiKeyFile === undefined ? fromEnvironment() : (await readKeyFile(apiKeyFile)).trim());
  if (key === "") throw new UsageError("Cannot use an empty API key: it would let everybody in");
  return key;
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
  printError(
    "Note: the variable API_KEY was not read; pass --allow-env=API_KEY to deno serve if it is set",
  );
  return undefined;
}
