import { createLog, openClassifier, runMain, UsageError, writeFileAtomic } from "@taxon/app-shared";
import { renderPage } from "@taxon/visualization";
import { chosenOptions } from "./chosen.ts";
import { command } from "./command.ts";

await runMain(command, async ({ flags, texts }) => {
  const log = createLog();
  if (texts.length !== 1) {
    throw new UsageError(`Cannot show ${texts.length} texts on a page: give one, in quotes`);
  }
  using opened = await openClassifier(flags.model, flags);
  const { classifier } = opened;
  const options = chosenOptions(flags, classifier.config);
  const explanation = await classifier.explain({ text: texts[0], textPair: flags.pair }, options);
  await writeFileAtomic(flags.out, renderPage({ explanation }));
  const { predicted, scores, labels, truncated, importance } = explanation;
  log.report(`${predicted} ${scores[labels.indexOf(predicted)].toFixed(4)}  ${flags.out}`);
  if (explanation.encoderIsSilent) {
    log.note(
      "The encoder has no say in the answers of this model: the page shows its attention, but it decides nothing",
    );
  }
  if (truncated) log.warn(`The text was cut at ${classifier.config.maxTokens} tokens`);
  const partial = importance?.find(({ complete }) => complete === false);
  if (partial) {
    log.warn(
      `Integrated gradients miss the change of the logit, ${partial.logitChange!.toFixed(3)}, by ` +
        `${partial.completenessError!.toFixed(3)} after ${partial.steps} steps: read them with care`,
    );
  }
});
