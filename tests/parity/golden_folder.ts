import { root } from "../support/repository.ts";

/** Where the recorded results lie. */
export interface GoldenFolder {
  url: URL;
  /** Whether a variable asked for it: then every listed case must run. */
  requested: boolean;
}

/**
 * The folder that TAXON_GOLDEN names, else `golden` in the one that TAXON_SHARED names (default `../shared` beside the
 * repository), else the small selection in `tests/golden`.
 */
export function goldenFolder(): GoldenFolder {
  const named = Deno.env.get("TAXON_GOLDEN");
  if (named) return { url: folderUrl(named), requested: true };
  const data = Deno.env.get("TAXON_SHARED");
  const shared = new URL("golden/", data ? folderUrl(data) : new URL("../shared/", root));
  if (exists(shared)) return { url: shared, requested: Boolean(data) };
  return { url: new URL("tests/golden/", root), requested: false };
}

function folderUrl(path: string): URL {
  const absolute = path.startsWith("/") ? path : `${Deno.cwd()}/${path}`;
  return new URL(`file://${encodeURI(absolute)}/`);
}

/** Whether there is a file or folder. */
export function exists(url: URL): boolean {
  try {
    Deno.statSync(url);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

/** Names of the folders in a folder, sorted; none if it does not exist. */
export function foldersIn(url: URL): string[] {
  if (!exists(url)) return [];
  return [...Deno.readDirSync(url)].filter((entry) => entry.isDirectory).map(({ name }) => name).sort();
}
