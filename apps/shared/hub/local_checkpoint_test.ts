import { assertEquals, assertRejects } from "@std/assert";
import { inScratch } from "../../../tests/support/scratch.ts";
import { UsageError } from "../flags.ts";
import { createLog } from "../log.ts";
import { localCheckpoint } from "./local_checkpoint.ts";

const options = {
  log: createLog({ quiet: true }),
  signal: new AbortController().signal,
  progress: false,
};

Deno.test("localCheckpoint() takes a folder as it is, whatever its name", () =>
  inScratch(async (folder) => {
    assertEquals(await localCheckpoint(folder, options), { folder, from: folder });
  }));

Deno.test("localCheckpoint() refuses a file, and a path that is neither a folder nor a name on the Hub", () =>
  inScratch(async (folder) => {
    await Deno.writeTextFile(`${folder}/model.safetensors`, "");
    const refuse = (from: string, message: string) =>
      assertRejects(() => localCheckpoint(from, options), UsageError, message);
    await refuse(`${folder}/model.safetensors`, "it is a file; give the folder");
    await refuse(`${folder}/missing`, "there is no such folder");
    await refuse(`${folder}/model.safetensors/below`, "there is no such folder");
    await refuse("./model", "there is no such folder");
  }));
