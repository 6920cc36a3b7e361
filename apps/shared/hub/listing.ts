import type { HubClient } from "./client.ts";
import { isCommit, type ModelId } from "./model_id.ts";

/** One file of a model on the Hub. */
export interface HubFile {
  /** Its name in the repository. */
  readonly path: string;
  /** In bytes. */
  readonly size: number;
  /** SHA-256 of large files, 64 digits; of others SHA-1 as git computes it, 40 digits. */
  readonly hash: string;
}

/** The files of one revision. */
export interface Listing {
  /** The commit that the revision names now. */
  readonly commit: string;
  readonly files: ReadonlyMap<string, HubFile>;
}

/** An entry of the Hub's `tree`; `lfs` stands where a file is too large for git. */
interface TreeEntry {
  type?: unknown;
  path?: unknown;
  size?: unknown;
  oid?: unknown;
  lfs?: { oid?: unknown; size?: unknown };
}

/** Pages of 1,000 entries: more files than any model has, and an end where a server would go on for ever. */
const MAX_PAGES = 100;

/**
 * Asks the Hub which commit a revision names, and which files it has with what checksums.
 *
 * The list that comes with the commit has all of this as well, but is cut off in large repositories
 * (huggingface/huggingface_hub#3565).
 *
 * @throws {Error} If the answer is no such list.
 */
export async function listModel(client: HubClient, { name, revision }: ModelId): Promise<Listing> {
  const model = `/api/models/${name}`;
  const { value } = await client.json(`${model}/revision/${encodeURIComponent(revision)}`);
  const commit = (value as { sha?: unknown } | null)?.sha;
  if (typeof commit !== "string" || !isCommit(commit)) throw strange(client, "no commit", value);
  const files = new Map<string, HubFile>();
  let query: string | undefined = "?recursive=true";
  for (let page = 0; query !== undefined; page++) {
    if (page === MAX_PAGES) throw strange(client, `no end of files after ${MAX_PAGES} pages`, query);
    const { value, nextQuery } = await client.json(`${model}/tree/${commit}${query}`);
    if (!Array.isArray(value)) throw strange(client, "no list of files", value);
    for (const entry of value as (TreeEntry | null)[]) {
      if (entry?.type === "directory") continue;
      const file = hubFile(entry ?? {});
      if (file === undefined) throw strange(client, "no size or checksum", entry);
      files.set(file.path, file);
    }
    query = nextQuery;
  }
  return { commit, files };
}

function hubFile({ path, lfs, size, oid }: TreeEntry): HubFile | undefined {
  const bytes = lfs?.size ?? size;
  const hash = lfs?.oid ?? oid;
  const hashed = typeof hash === "string" && (lfs ? /^[0-9a-f]{64}$/ : /^[0-9a-f]{40}$/).test(hash);
  if (typeof path !== "string" || !hashed || !isSize(bytes)) return undefined;
  return { path, size: bytes, hash };
}

function isSize(value: unknown): value is number {
  return Number.isSafeInteger(value) && value as number >= 0;
}

function strange({ endpoint }: HubClient, problem: string, answer: unknown): Error {
  const shown = JSON.stringify(answer)?.slice(0, 80);
  return new Error(`${endpoint} does not answer as a Hub does: ${problem} in ${shown}`);
}
