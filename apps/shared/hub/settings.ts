import { readIfPresent } from "../files.ts";
import { UsageError } from "../flags.ts";

/** Where models are downloaded from and to. */
export interface HubSettings {
  /** The Hub's address, without a slash at its end. */
  readonly endpoint: string;
  /** Folder of all downloaded models, which other programs use as well. */
  readonly cache: string;
  /** What the user has a right to read is told by this. */
  readonly token?: string;
  /** Whether only what lies in the cache may be used. */
  readonly offline: boolean;
}

const TRUE = ["1", "ON", "YES", "TRUE"];

/**
 * Reads the environment as Python's huggingface_hub does: HF_ENDPOINT, HF_HOME and HF_HUB_CACHE, HF_TOKEN or the file that
 * `hf auth login` writes, HF_HUB_OFFLINE.
 *
 * @throws {UsageError} If HF_ENDPOINT is no address, a token cannot be sent, or there is no place for a cache.
 */
export async function hubSettings(
  variable: (name: string) => string | undefined = (name) => Deno.env.get(name),
): Promise<HubSettings> {
  const home = variable("HF_HOME") || `${cacheFolder(variable)}/huggingface`;
  const token = (variable("HF_TOKEN") ||
    await readIfPresent(variable("HF_TOKEN_PATH") || `${home}/token`))?.trim();
  if (token && !/^[\x21-\x7e]+$/.test(token)) {
    throw new UsageError("Cannot use the token in HF_TOKEN or its file: it holds spaces or other characters");
  }
  return {
    endpoint: hubEndpoint(variable("HF_ENDPOINT")),
    cache: variable("HF_HUB_CACHE") || `${home}/hub`,
    offline: TRUE.includes(variable("HF_HUB_OFFLINE")?.toUpperCase() ?? ""),
    ...(token && { token }),
  };
}

/** The Hub's address: HF_ENDPOINT, or Hugging Face's own. */
export function hubEndpoint(endpoint: string | undefined): string {
  const address = endpoint || "https://huggingface.co";
  const protocol = URL.parse(address)?.protocol;
  if (protocol !== "https:" && protocol !== "http:") {
    throw new UsageError(
      `Cannot use HF_ENDPOINT=${address}: expected an address such as https://hub.example`,
    );
  }
  return address.replace(/\/+$/, "");
}

function cacheFolder(variable: (name: string) => string | undefined): string {
  const home = variable("HOME") || variable("USERPROFILE");
  const folder = variable("XDG_CACHE_HOME") || (home && `${home}/.cache`);
  if (!folder) {
    throw new UsageError("Cannot find a place for downloaded models: set HF_HOME to a folder");
  }
  return folder;
}
