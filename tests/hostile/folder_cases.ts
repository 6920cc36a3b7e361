import { encodeSafetensors } from "@taxon/safetensors";
import { type HostileCase, tensorsToChange, writeSparse } from "./hostile_case.ts";

const weights = "model.safetensors";
const index = "model.safetensors.index.json";

/** Puts something else in the place of a file. */
function replaced(
  name: string,
  file: string,
  make: (path: string, directory: string) => unknown,
  message: string,
): HostileCase {
  return {
    name,
    async spoil(directory) {
      await Deno.remove(`${directory}/${file}`);
      await make(`${directory}/${file}`, directory);
    },
    file,
    message,
  };
}

async function pipe(path: string): Promise<void> {
  const { success } = await new Deno.Command("mkfifo", { args: [path] }).output();
  if (!success) throw new Error(`Cannot make a pipe at ${path}`);
}

async function linkOutside(path: string, directory: string): Promise<void> {
  await Deno.writeTextFile(`${directory}/../secret`, "{}");
  await Deno.symlink("../secret", path);
}

/** What an index and its two shards say, to be changed. */
interface Shards {
  map: Record<string, unknown>;
  first: ReturnType<typeof tensorsToChange>;
  second: ReturnType<typeof tensorsToChange>;
}

/** The model in two shards whose index or content is changed. */
function sharded(
  name: string,
  change: (shards: Shards) => unknown,
  message: string,
  file = index,
): HostileCase {
  return {
    name,
    async spoil(directory) {
      const all = [...tensorsToChange()];
      const shards: Shards = {
        map: Object.fromEntries(
          all.map(([tensor], i) => [tensor, i < 5 ? "a.safetensors" : "b.safetensors"]),
        ),
        first: new Map(all.slice(0, 5)),
        second: new Map(all.slice(5)),
      };
      const text = change(shards);
      await Deno.writeFile(`${directory}/a.safetensors`, encodeSafetensors(shards.first));
      await Deno.writeFile(`${directory}/b.safetensors`, encodeSafetensors(shards.second));
      await Deno.writeTextFile(
        `${directory}/${index}`,
        typeof text === "string" ? text : JSON.stringify({ weight_map: shards.map }),
      );
      await Deno.remove(`${directory}/${weights}`);
    },
    file,
    message,
  };
}

/** One tensor of the second shard, and where its index says that it is. */
function listedIn(name: string, file: unknown): HostileCase {
  return sharded(
    name,
    ({ map }) => {
      map["classifier.bias"] = file;
    },
    `classifier.bias is said to be in ${JSON.stringify(file)}, which names no shard of this folder`,
  );
}

/** Folders with links, pipes and pickles in them, and indexes that lie about their shards. */
export const folderCases: readonly HostileCase[] = [
  replaced("a folder for weights", weights, (path) => Deno.mkdir(path), "it is a folder, not a file"),
  replaced("a pipe for weights", weights, pipe, "it is a pipe, not a file"),
  replaced("a pipe for config.json", "config.json", pipe, "it is a pipe, not a file"),
  replaced("a pipe for tokenizer.json", "tokenizer.json", pipe, "it is a pipe, not a file"),
  replaced(
    "weights that link to a device",
    weights,
    (path) => Deno.symlink("/dev/zero", path),
    "it is a link to /dev/zero",
  ),
  replaced("weights that link out of the folder", weights, linkOutside, "it is a link to"),
  replaced("a config.json that links out of the folder", "config.json", linkOutside, "it is a link to"),
  replaced("a tokenizer.json that links out of the folder", "tokenizer.json", linkOutside, "it is a link to"),
  replaced("a link to nothing", weights, (path) => Deno.symlink("nothing", path), "no such file or folder"),
  replaced("a link to itself", weights, (path) => Deno.symlink(weights, path), "too many"),
  replaced(
    "a pickle alone",
    weights,
    (_, directory) => Deno.writeTextFile(`${directory}/pytorch_model.bin`, "cos\nsystem\n"),
    "there is only pytorch_model.bin, which is not read because a pickle can run any code; convert it",
  ),
  replaced(
    "weights of TensorFlow alone",
    weights,
    (_, directory) => Deno.writeTextFile(`${directory}/tf_model.h5`, ""),
    "there is only tf_model.h5, which is not read; convert it with Python",
  ),
  replaced("no weights", weights, () => {}, "no such file or folder"),
  replaced(
    "no tokenizer.json",
    "tokenizer.json",
    () => {},
    "no such file or folder; in Python, AutoTokenizer",
  ),
  replaced(
    "a config.json of 70 MB",
    "config.json",
    (path) => writeSparse(path, new Uint8Array(0), 70_000_000),
    "it has 70000000 bytes; at most 67108864 are read",
  ),
  replaced(
    "a config.json that is not UTF-8",
    "config.json",
    (path) => Deno.writeFile(path, Uint8Array.of(0x7b, 0xff, 0x7d)),
    "it is not UTF-8",
  ),
  listedIn("a shard in the folder above", "../b.safetensors"),
  listedIn("a shard at an absolute path", "/etc/b.safetensors"),
  listedIn("a shard that is a pickle", "b.bin"),
  listedIn("a number for a shard", 7),
  sharded("an index that is no JSON", () => "{", `Cannot read ${index}`),
  sharded("an index of nothing", () => "{}", `Cannot read ${index}: weight_map is missing`),
  sharded("a list in place of shards", () => '{"weight_map":[]}', "weight_map is []; it must be an object"),
  sharded(
    "a shard that is not there",
    ({ map }) => {
      map["classifier.bias"] = "c.safetensors";
    },
    "no such file",
    "c.safetensors",
  ),
  sharded(
    "a shard without what the index lists in it",
    ({ second }) => second.delete("classifier.bias"),
    `b.safetensors does not hold classifier.bias`,
  ),
  sharded(
    "a shard with more than the index lists",
    ({ map }) => delete map["classifier.bias"],
    `b.safetensors holds classifier.bias, which is listed nowhere`,
  ),
  sharded(
    "a tensor in two shards",
    ({ first, second }) => first.set("classifier.bias", second.get("classifier.bias")!),
    `a.safetensors holds classifier.bias, which is listed in b.safetensors`,
  ),
  sharded(
    "two thousand shards",
    ({ map }) =>
      Object.assign(
        map,
        Object.fromEntries(Array.from({ length: 2000 }, (_, i) => [`${i}`, `${i}.safetensors`])),
      ),
    `it lists 2002 files; at most 1000 are read`,
  ),
  {
    ...sharded("a truncated shard", () => {}, "Cannot read safetensors", "a.safetensors"),
    async spoil(directory) {
      await sharded("", () => {}, "").spoil(directory);
      await Deno.truncate(
        `${directory}/a.safetensors`,
        (await Deno.stat(`${directory}/a.safetensors`)).size - 9,
      );
    },
  },
];
