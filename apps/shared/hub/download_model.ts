import { type ClientOptions, HubClient } from "./client.ts";
import { downloadBlob, type DownloadOptions } from "./download_blob.ts";
import { HubCache } from "./hub_cache.ts";
import { type HubFile, listModel } from "./listing.ts";
import type { ModelId } from "./model_id.ts";
import { PassingFailure, retrying, type RetryOptions } from "./retry.ts";
import type { HubSettings } from "./settings.ts";
import { descriptionFiles, weightFiles } from "./wanted_files.ts";

/** How a model is downloaded, and who hears of it. */
export interface DownloadModelOptions extends ClientOptions, RetryOptions {
  /** Starts a bar for so many bytes; what it returns hears how many of them are there. */
  readonly progress?: (total: number) => (bytes: number) => void;
  /** Makes symbolic links in the cache. */
  readonly link?: typeof Deno.symlink;
}

/** A model in the cache. */
export interface DownloadedModel {
  readonly folder: string;
  /** What `org/name` or a branch stood for. */
  readonly commit: string;
}

/**
 * Brings a model into the cache, unless it is there, and returns its folder. Offline, what is there must do.
 *
 * @throws {Error} If the model cannot be had, with the reason. What was downloaded is kept for the next time.
 */
export async function downloadModel(
  id: ModelId,
  settings: HubSettings,
  options: DownloadModelOptions,
): Promise<DownloadedModel> {
  const cache = new HubCache(settings.cache, id.name, options.link);
  try {
    const commit = settings.offline
      ? await cache.find(id)
      : await download(id, cache, new HubClient(settings, options), options);
    if (commit !== undefined) return { folder: cache.snapshot(commit), commit };
    throw new Error(`HF_HUB_OFFLINE is set and ${settings.cache} does not hold all of it; unset it once`);
  } catch (error) {
    options.signal.throwIfAborted();
    const found = error instanceof PassingFailure ? await cache.find(id).catch(() => undefined) : undefined;
    const remedy = found === undefined ? "" : `; HF_HUB_OFFLINE=1 takes what is there, commit ${found}`;
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`Cannot download ${id.name}@${id.revision}: ${reason}${remedy}`, { cause: error });
  }
}

/** Files that describe come first and weights last: a snapshot with its weights is whole. */
async function download(
  id: ModelId,
  cache: HubCache,
  client: HubClient,
  options: DownloadModelOptions,
): Promise<string> {
  const listing = await retrying(() => listModel(client, id), options);
  const { commit } = listing;
  const source = { name: id.name, commit, client, cache };
  await bring(descriptionFiles(listing), source, options);
  const readIndex = () => Deno.readTextFile(`${cache.snapshot(commit)}/model.safetensors.index.json`);
  await bring(await weightFiles(listing, readIndex), source, options);
  await cache.writeRef(id, commit, options.signal);
  return commit;
}

/** Where files come from and go to. */
interface Source {
  readonly name: string;
  readonly commit: string;
  readonly client: HubClient;
  readonly cache: HubCache;
}

/** Downloads what the cache lacks of these files, and makes all of them files of the commit. */
async function bring(
  files: readonly HubFile[],
  source: Source,
  options: DownloadModelOptions,
): Promise<void> {
  const { cache, commit } = source;
  const present = await Promise.all(files.map((file) => cache.hasBlob(file)));
  const sizes = files.map(({ size }, i) => present[i] ? 0 : size);
  const total = sizes.reduce((sum, size) => sum + size, 0);
  const report = total > 0 ? options.progress?.(total) : undefined;
  let done = 0;
  for (const [i, file] of files.entries()) {
    const onWait = () => options.note(`waiting for another process that downloads ${file.path}`);
    using _lock = await cache.lock(file.hash, options.signal, onWait);
    if (!await cache.hasBlob(file)) {
      await downloadFile(file, source, { ...options, onProgress: (bytes) => report?.(done + bytes) });
    }
    await cache.place(commit, file);
    done += sizes[i];
    report?.(done);
  }
}

async function downloadFile(
  file: HubFile,
  { name, commit, client, cache }: Source,
  options: DownloadOptions,
): Promise<void> {
  const blob = cache.blob(file);
  await downloadBlob(client, `/${name}/resolve/${commit}/${file.path}`, file, `${blob}.incomplete`, options);
  await Deno.rename(`${blob}.incomplete`, blob);
}
