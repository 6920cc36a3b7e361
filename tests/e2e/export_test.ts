import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { readOnnx } from "../support/onnx_file.ts";
import { inScratch, namesIn, readJson } from "../support/scratch.ts";
import { writeRandomModel } from "../support/server.ts";
import { runTask, succeed } from "../support/task.ts";

Deno.test("export writes model.onnx with tokenizer and config beside it, and says what to do with the logits", () =>
  inScratch(async (folder) => {
    await writeRandomModel(`${folder}/model`, { temperature: 1.5 });
    const args = ["--model", `${folder}/model`, "--output", `${folder}/onnx`];
    const { stdout, stderr } = await succeed("export", args, { byDenoTask: true });
    const files = ["config.json", "model.onnx", "tokenizer.json", "tokenizer_config.json"];
    assertEquals(namesIn(`${folder}/onnx`), files);
    assertEquals(stdout.trimEnd().split("\n").sort(), files.map((file) => `${folder}/onnx/${file}`));
    assertStringIncludes(stderr, "Divide the logits by the temperature 1.5");
    assert(
      Deno.statSync(`${folder}/onnx/model.onnx`).size >
        Deno.statSync(`${folder}/model/model.safetensors`).size / 2,
    );
    assertEquals(readJson(`${folder}/onnx/tokenizer_config.json`).model_max_length, 32);
    assertEquals(readJson(`${folder}/onnx/config.json`), readJson(`${folder}/model/config.json`));

    const again = await runTask("export", args);
    assertEquals(again.code, 2);
    assertStringIncludes(again.stderr, `Cannot write to ${folder}/onnx: it already holds`);
  }));

Deno.test("export writes a model with an n-gram branch, and says that it takes characters", () =>
  inScratch(async (folder) => {
    await writeRandomModel(`${folder}/model`, { ngramRows: 1 });
    const { stderr } = await succeed("export", [
      "--model",
      `${folder}/model`,
      "--output",
      `${folder}/onnx`,
    ]);
    assertStringIncludes(stderr, "it takes the texts' characters");
    const { inputs } = readOnnx(Deno.readFileSync(`${folder}/onnx/model.onnx`));
    assertEquals([...inputs.keys()], ["input_ids", "attention_mask", "characters"]);
  }));
