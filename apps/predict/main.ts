import { createLog, encodeTexts, ModelFolder, openClassifier, runMain, scoreRows } from "@taxon/app-shared";
import { requireFittingFlags } from "./check_flags.ts";
import { command } from "./command.ts";
import { answersOf } from "./answers.ts";
import { passedFields } from "./pass_through.ts";
import { render } from "./render.ts";
import { readInputs } from "./texts.ts";

await runMain(command, async ({ flags, given, texts }) => {
  requireFittingFlags(flags, given);
  const log = createLog();
  const folder = new ModelFolder(flags.model);
  const { inputs, fieldNames, textColumns } = await readInputs(
    flags,
    given,
    texts,
    folder.config().columns,
    log,
  );
  const passed = passedFields(flags.passThrough, fieldNames, textColumns);
  using classifier = await openClassifier(folder, flags);
  const { config, tokenizer } = classifier;
  const encoded = encodeTexts(tokenizer, config, inputs);
  const scores = scoreRows(await classifier.logits(encoded.texts), config);
  const answers = answersOf(config, scores, encoded.texts);
  for (const line of render(flags, { labels: config.labels, inputs, answers, passed })) log.result(line);
  if (encoded.truncated > 0) {
    log.warn(`${encoded.truncated} of ${inputs.length} texts were cut at ${config.maxTokens} tokens`);
  }
});
