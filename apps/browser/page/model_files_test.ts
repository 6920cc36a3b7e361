import { assertEquals, assertRejects } from "@std/assert";
import { readModel } from "./model_files.ts";

const file = (path: string, text = path) => ({ path, content: new Blob([text]) });

Deno.test("readModel() takes the files nearest to the top: a run folder holds checkpoints as well", async () => {
  const names = ["config.json", "tokenizer.json", "model.safetensors"];
  const chosen = ["run/checkpoint-8/", "run/"].flatMap((folder) => names.map((name) => file(folder + name)));
  const { config, tokenizer, weights } = await readModel([...chosen, file("run/report.html")]);
  assertEquals([config, tokenizer, new TextDecoder().decode(weights)], names.map((name) => `run/${name}`));
});

Deno.test("readModel() names the file that is missing and what was chosen", async () => {
  await assertRejects(
    () => readModel([file("run/config.json"), file("run/notes.txt")]),
    Error,
    "Cannot open the model: tokenizer.json is missing among run/config.json, run/notes.txt",
  );
  await assertRejects(() => readModel([]), Error, "config.json is missing among no file");
});
