import {
  createOutputFolder,
  type Log,
  openClassifier,
  tokenizerConfig,
  writeFileAtomic,
} from "@taxon/app-shared";
import { configText } from "@taxon/model";
import { toOnnx } from "@taxon/onnx";
import type { ExportFlags } from "./command.ts";

/** Writes model.onnx and beside it the files that Python's AutoTokenizer reads. */
export async function exportModel({ model: directory, output }: ExportFlags, log: Log): Promise<void> {
  using opened = await openClassifier(directory, { backend: "cpu" }); // nothing is computed but copies
  const { model, config, tokenizer } = opened.classifier;
  const files: [string, string | Uint8Array][] = [
    ["tokenizer.json", JSON.stringify(tokenizer.toJson())],
    ["tokenizer_config.json", JSON.stringify(tokenizerConfig(tokenizer, config), null, 2) + "\n"],
    ["config.json", configText(config)],
    ["model.onnx", await toOnnx(model)],
  ];
  await createOutputFolder(output, "give another --output");
  for (const [name, content] of files) {
    await writeFileAtomic(`${output}/${name}`, content);
    log.result(`${output}/${name}`);
  }
  if (config.ngramRows > 0) {
    log.note("Beside the tokens it takes the texts' characters, for their n-grams: docs/export.md says how");
  }
  if (config.temperature !== 1) {
    const temperature = Number(config.temperature.toPrecision(4)); // config.json has all digits
    log.note(`Divide the logits by the temperature ${temperature} before softmax or sigmoid`);
  }
}
