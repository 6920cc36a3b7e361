import type { HubFile, Listing } from "./listing.ts";

const WEIGHTS = "model.safetensors";
const INDEX = "model.safetensors.index.json";
const REQUIRED = ["config.json", "tokenizer.json"];
const OPTIONAL = [
  "tokenizer_config.json",
  "special_tokens_map.json",
  "modules.json",
  "sentence_bert_config.json",
];

/** Such as `1_Pooling/config.json`. */
const MODULE = /^\d+_[A-Za-z]+\/config\.json$/;

/**
 * The files that describe a model and its weights: all that are read of it, in the order in which they are downloaded.
 * A repository holds many more, among them the same weights for other programs.
 *
 * @throws {Error} If the model lacks one that is needed.
 */
export function descriptionFiles({ files }: Listing): HubFile[] {
  for (const name of REQUIRED) {
    if (!files.has(name)) throw new Error(`it has no ${name}; choose a model for transformers that has one`);
  }
  if (!files.has(WEIGHTS) && !files.has(INDEX)) {
    const pickle = files.has("pytorch_model.bin")
      ? ", only pytorch_model.bin, a pickle, which can run any code"
      : "";
    throw new Error(`it has no ${WEIGHTS}${pickle}; choose a revision or model with safetensors`);
  }
  const wanted = [...REQUIRED, ...OPTIONAL, ...(files.has(WEIGHTS) ? [] : [INDEX])];
  return [...files.values()].filter(({ path }) => wanted.includes(path) || MODULE.test(path));
}

/**
 * The files with the weights.
 *
 * @param readIndex Gives the text of `model.safetensors.index.json`, which names them where there are several.
 * @throws {Error} If the model lacks one.
 */
export async function weightFiles({ files }: Listing, readIndex: () => Promise<string>): Promise<HubFile[]> {
  const names = files.has(WEIGHTS) ? [WEIGHTS] : shardNames(await readIndex());
  return names.map((name) => {
    const file = files.get(name);
    if (file === undefined) throw new Error(`its ${INDEX} names ${name}, which is not there`);
    return file;
  });
}

/** Name of a file without which a downloaded model is not whole; undefined if it is whole. */
export async function missingFile(folder: string): Promise<string | undefined> {
  for (const name of REQUIRED) {
    if (!await isFile(`${folder}/${name}`)) return name;
  }
  if (await isFile(`${folder}/${WEIGHTS}`)) return undefined;
  if (!await isFile(`${folder}/${INDEX}`)) return WEIGHTS;
  for (const name of shardNames(await Deno.readTextFile(`${folder}/${INDEX}`))) {
    if (!await isFile(`${folder}/${name}`)) return name;
  }
}

/** The shards that an index names; only names of files beside it are taken. */
function shardNames(index: string): string[] {
  let map: unknown;
  try {
    map = JSON.parse(index)?.weight_map;
  } catch {
    throw new Error(`its ${INDEX} is not JSON`);
  }
  const names = [...new Set(Object.values(map ?? {}))];
  const stranger = names.find((name) => typeof name !== "string" || !/^\w[\w.-]*\.safetensors$/.test(name));
  if (stranger !== undefined || names.length === 0) {
    throw new Error(
      `its ${INDEX} names ${JSON.stringify(stranger) ?? "no file"}; expected names such as ${WEIGHTS}`,
    );
  }
  return names;
}

async function isFile(path: string): Promise<boolean> {
  try {
    return (await Deno.stat(path)).isFile;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}
