import { ModelFolder } from "@taxon/classifier";
import { HubCache } from "./hub_cache.ts";
import { hubSettings } from "./settings.ts";

/** Names of the pretrained models in the cache of the Hub that `--from` takes, sorted; it asks nobody and reads no weights. */
export async function cachedEncoders(): Promise<string[]> {
  const names: string[] = [];
  try {
    const { cache } = await hubSettings();
    for await (const { name: folder } of Deno.readDir(cache)) {
      const name = /^models--(.+)$/.exec(folder)?.[1].replace("--", "/");
      if (name !== undefined && await isEncoder(new HubCache(cache, name), name)) names.push(name);
    }
  } catch {
    return []; // a hint is not worth an error: there is no cache, or it cannot be read
  }
  return names.sort();
}

async function isEncoder(cache: HubCache, name: string): Promise<boolean> {
  const commit = await cache.find({ name, revision: "main" });
  if (commit === undefined) return false;
  try {
    const newHead = { labels: ["a", "b"], problemType: "single_label_classification", seed: 0 } as const;
    new ModelFolder(cache.snapshot(commit)).config({ newHead });
    return true;
  } catch {
    return false; // of another kind
  }
}
