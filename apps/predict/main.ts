import { createLog, encodeTexts, openClassifier, runMain, scoreRows } from "@taxon/app-shared";
import { requireFittingFlags } from "./check_flags.ts";
import { command } from "./command.ts";
import { answersOf } from "./answers.ts";
import { passedFields } from "./pass_through.ts";
import { render } from "./render.ts";
import { readTexts } from "./texts.ts";

await runMain(command, async ({ flags, given, texts }) => {
  requireFittingFlags(flags, given);
  const log = createLog();
  const inputs = await readTexts(flags, texts, log);
  const passed = passedFields(flags.passThrough, inputs, ["text"]);
  using classifier = await openClassifier(flags.model, flags);
  const { config, tokenizer } = classifier;
  const encoded = encodeTexts(tokenizer, config, inputs);
  const scores = scoreRows(await classifier.logits(encoded.texts), config);
  const answers = answersOf(config, scores, encoded.texts);
  for (const line of render(flags, { labels: config.labels, inputs, answers, passed })) log.result(line);
  if (encoded.truncated > 0) {
    log.warn(`${encoded.truncated} of ${inputs.length} texts were cut at ${config.maxTokens} tokens`);
  }
});
