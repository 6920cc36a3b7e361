import type { HubClient } from "./client.ts";
import type { ModelId } from "./model_id.ts";

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

interface Sibling {
  rfilename: string;
  size: number;
  blobId: string;
  lfs?: { sha256: string; size: number };
}

/**
 * Asks the Hub which files a model has, and what their checksums are.
 *
 * @throws {Error} If the answer is no such list.
 */
export async function listModel(client: HubClient, { name, revision }: ModelId): Promise<Listing> {
  const path = `/api/models/${name}/revision/${encodeURIComponent(revision)}?blobs=true`;
  const { sha, siblings } = (await client.json(path) ?? {}) as { sha?: unknown; siblings?: unknown };
  if (typeof sha !== "string" || !/^[0-9a-f]{40}$/.test(sha) || !Array.isArray(siblings)) {
    throw new Error(`${client.endpoint} does not answer as a Hub does: no commit or no files in ${path}`);
  }
  const files = siblings.map((sibling): HubFile => {
    const file = hubFile(sibling as Partial<Sibling> | null);
    if (file !== undefined) return file;
    throw new Error(
      `${client.endpoint} does not answer as a Hub does: no size or checksum in ${JSON.stringify(sibling)}`,
    );
  });
  return { commit: sha, files: new Map(files.map((file) => [file.path, file])) };
}

function hubFile(sibling: Partial<Sibling> | null): HubFile | undefined {
  const { rfilename: path, lfs, blobId } = sibling ?? {};
  const size = lfs?.size ?? sibling?.size;
  const hash = lfs?.sha256 ?? blobId;
  const hashed = typeof hash === "string" && (lfs ? /^[0-9a-f]{64}$/ : /^[0-9a-f]{40}$/).test(hash);
  if (typeof path !== "string" || !hashed || !Number.isSafeInteger(size) || size! < 0) return undefined;
  return { path, size: size!, hash };
}
