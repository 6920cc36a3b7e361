import { createLog, openClassifier, runMain } from "@taxon/app-shared";
import { ModelFolder } from "@taxon/classifier";
import { requireFittingFlags } from "./check_flags.ts";
import { command } from "./command.ts";
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
  using opened = await openClassifier(folder, flags);
  const { config } = opened.classifier;
  const answers = await opened.classifier.classify(inputs);
  for (const line of render(flags, { labels: config.labels, inputs, answers, passed }, log.columns)) {
    log.result(line);
  }
  const cut = answers.filter(({ truncated }) => truncated).length;
  if (cut > 0) {
    log.warn(`${cut} of ${inputs.length} texts were cut at ${config.maxTokens} tokens`);
  }
});
