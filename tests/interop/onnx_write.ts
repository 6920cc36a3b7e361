/** Writes random models of the whole configuration space as ONNX, with texts and their logits: `onnx_write.ts FOLDER COUNT`. */
import { createCpuBackend } from "@taxon/backend-cpu";
import { predictLogits } from "@taxon/model";
import { toOnnx } from "@taxon/onnx";
import { useBackend } from "@taxon/tensor";
import { randomConfig, randomModel, randomTexts } from "../support/random_models.ts";

const [folder, count] = Deno.args;
useBackend(await createCpuBackend({ threads: 1 }));
for (let seed = 0; seed < Number(count); seed++) {
  const config = randomConfig(seed);
  using model = randomModel(config, seed);
  const texts = randomTexts(config);
  await Deno.writeFile(`${folder}/${seed}.onnx`, await toOnnx(model));
  const logits = Array.from(await predictLogits(model, texts));
  await Deno.writeTextFile(`${folder}/${seed}.json`, JSON.stringify({ config, texts, logits }));
}
