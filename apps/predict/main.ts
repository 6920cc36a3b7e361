import { createLog, encodeTexts, openClassifier, runMain, scoreRows } from "@taxon/app-shared";
import { command } from "./command.ts";
import { answersOf, render } from "./render.ts";
import { readTexts } from "./texts.ts";

await runMain(command, async ({ flags, texts }) => {
  const log = createLog();
  const inputs = await readTexts(flags, texts);
  using classifier = await openClassifier(flags.model, flags);
  const { config, tokenizer } = classifier;
  const encoded = encodeTexts(tokenizer, config, inputs);
  const scores = scoreRows(await classifier.logits(encoded.texts), config);
  const answers = answersOf(config, scores, encoded.texts);
  for (const line of render(flags, inputs, answers, log.columns)) log.result(line);
  if (encoded.truncated > 0) {
    log.warn(`${encoded.truncated} of ${inputs.length} texts were cut at ${config.maxTokens} tokens`);
  }
});
