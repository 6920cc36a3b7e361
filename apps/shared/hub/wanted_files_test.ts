import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import type { Listing } from "./listing.ts";
import { descriptionFiles, weightFiles } from "./wanted_files.ts";

const listing = (...paths: string[]): Listing => ({
  commit: "0".repeat(40),
  files: new Map(paths.map((path) => [path, { path, size: 1, hash: "0".repeat(40) }])),
});

Deno.test("descriptionFiles() never takes a name that leads out of the folder", () => {
  const hostile = [
    "../config.json",
    "/config.json",
    "1_Pooling/../config.json",
    "../1_Pooling/config.json",
    "1_Pooling\\config.json",
    "1_Pooling/config.json/x",
    "1_/config.json",
    "config.json\0",
  ];
  const names = ["config.json", "tokenizer.json", "1_Pooling/config.json"];
  const taken = descriptionFiles(listing(...names, ...hostile, "model.safetensors"));
  assertEquals(taken.map(({ path }) => path), names);
});

Deno.test("weightFiles() refuses shards that lead out of the folder, or are not there", async () => {
  const files = listing("../x.safetensors", "x.bin", "x.safetensors");
  const refused: [string, string][] = [
    ["../x.safetensors", 'names "../x.safetensors"'],
    ["a/x.safetensors", 'names "a/x.safetensors"'],
    [".safetensors", 'names ".safetensors"'],
    ["x.bin", 'names "x.bin"'],
    ["y.safetensors", "names y.safetensors, which is not there"],
  ];
  for (const [name, message] of refused) {
    const index = JSON.stringify({ weight_map: { a: name } });
    await assertRejects(() => weightFiles(files, () => Promise.resolve(index)), Error, message);
  }
  for (const index of ["{}", "null", '{"weight_map":[]}', '{"weight_map":{"a":1}}', "<html>"]) {
    await assertRejects(
      () => weightFiles(files, () => Promise.resolve(index)),
      Error,
      "its model.safetensors.index",
    );
  }
});

Deno.test("descriptionFiles() says which file a model lacks, before anything is downloaded", () => {
  const refuse = (message: string, ...paths: string[]) =>
    assertThrows(() => descriptionFiles(listing(...paths)), Error, message);
  refuse("it has no config.json", "tokenizer.json", "model.safetensors");
  refuse("it has no tokenizer.json", "config.json", "model.safetensors");
  refuse("only pytorch_model.bin, a pickle", "config.json", "tokenizer.json", "pytorch_model.bin");
});
