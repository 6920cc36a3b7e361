import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { ModelFolder } from "@taxon/classifier";
import { createCpuBackend } from "@taxon/backend-cpu";
import { useBackend } from "@taxon/tensor";
import { configCases } from "./hostile/config_cases.ts";
import { fileCases } from "./hostile/file_cases.ts";
import { folderCases } from "./hostile/folder_cases.ts";
import { goldenModel, type HostileCase, makeModel } from "./hostile/hostile_case.ts";
import { tensorCases } from "./hostile/tensor_cases.ts";

const backend = useBackend(await createCpuBackend({ tier: "reference" }));
const cases: readonly HostileCase[] = [...fileCases, ...tensorCases, ...folderCases, ...configCases];

/** What a refusal may cost: the largest file that a case makes us read has 16 MB. */
const MAX_GROWTH_BYTES = 256 * 2 ** 20;

async function inModel(check: (directory: string) => void | Promise<void>): Promise<void> {
  const scratch = await Deno.makeTempDir();
  try {
    await makeModel(`${scratch}/model`);
    await check(`${scratch}/model`);
  } finally {
    await Deno.remove(scratch, { recursive: true });
  }
}

function loadingError(directory: string): Error {
  try {
    new ModelFolder(directory).load().model[Symbol.dispose]();
  } catch (error) {
    return error as Error;
  }
  throw new Error("the model was loaded");
}

Deno.test("the model that the hostile ones are made of loads", () =>
  inModel((directory) => {
    new ModelFolder(directory).load().model[Symbol.dispose]();
    assert(goldenModel.size > 0);
  }));

Deno.test("a model in the cache of Hugging Face loads, where its files are links to blobs", () =>
  inModel(async (directory) => {
    const snapshot = `${directory}/snapshots/0123`;
    await Deno.mkdir(snapshot, { recursive: true });
    await Deno.mkdir(`${directory}/blobs`);
    for (const name of ["config.json", "tokenizer.json", "tokenizer_config.json", "model.safetensors"]) {
      await Deno.rename(`${directory}/${name}`, `${directory}/blobs/${name}`);
      await Deno.symlink(`../../blobs/${name}`, `${snapshot}/${name}`);
    }
    new ModelFolder(snapshot).load().model[Symbol.dispose]();
  }));

for (const { name, spoil, file, message } of cases) {
  Deno.test(`a model with ${name} is refused by name`, () =>
    inModel(async (directory) => {
      await spoil(directory);
      const before = Deno.memoryUsage().rss;
      const buffers = backend.memory().buffers;
      const error = loadingError(directory);
      assertStringIncludes(error.message, `Cannot load ${directory}/${file}: `);
      assertStringIncludes(error.message, message);
      assertEquals(backend.memory().buffers, buffers);
      assert(Deno.memoryUsage().rss - before < MAX_GROWTH_BYTES, "memory grew with what the file claims");
    }));
}
