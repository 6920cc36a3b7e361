import { predictionsCsv, tokenizerConfig, version, visibleLine, writeFileAtomic } from "@taxon/app-shared";
import { saveClassifier } from "@taxon/model";
import { renderTrainingReport } from "@taxon/visualization";
import type { FinishedRun } from "./finished_run.ts";
import type { SplitResults } from "./measure.ts";
import { modelCard } from "./model_card.ts";
import { nameOf } from "./recipes/candidates.ts";
import type { Choice } from "./recipes/choose_recipe.ts";
import { reportData } from "./report_data.ts";

/**
 * Writes the finished model and its results in the layout of a Hugging Face run; `all_results.json` comes last and
 * marks the run as finished.
 *
 * @returns What `all_results.json` holds.
 */
export async function writeResults(
  run: string,
  finished: FinishedRun,
): Promise<Record<string, unknown>> {
  const { model, encoderShare, prepared, results, state, seconds } = finished;
  const { config } = results;
  const write = (name: string, content: string | Uint8Array) => writeFileAtomic(`${run}/${name}`, content);
  const writeJson = (name: string, value: unknown) => write(name, JSON.stringify(value, null, 2) + "\n");
  const judged = results.test ?? results.eval;

  const saved = await saveClassifier(model, config);
  await write("config.json", saved.config);
  await write("model.safetensors", saved.weights);
  await write("tokenizer.json", JSON.stringify(prepared.tokenizer.toJson()));
  await writeJson("tokenizer_config.json", tokenizerConfig(prepared.tokenizer, config));
  await writeJson("trainer_state.json", state);

  await Deno.mkdir(`${run}/eval`, { recursive: true });
  await write("eval/classification_report.txt", judged.model.report(visibleLine));
  await write("eval/predictions.csv", predictionsCsv(config, judged.examples, judged.scores));
  if (judged.model.confusion) {
    await writeJson("eval/confusion_matrix.json", {
      labels: config.labels,
      truth_by_predicted: judged.model.confusion,
    });
  }

  if (judged.model.calibration) {
    await writeJson("eval/calibration.json", {
      temperature: config.temperature,
      bins: judged.model.calibration,
    });
  }

  const losses = state.log_history.flatMap(({ loss }) => loss === undefined ? [] : [loss]);
  const trained = {
    train_runtime: seconds,
    train_samples: prepared.train.texts.length,
    ...(losses.length > 0 && { train_loss: losses.reduce((a, b) => a + b, 0) / losses.length }),
    train_truncated: prepared.train.truncated,
    ...(state.best_global_step !== undefined && { epoch: state.epoch, best_step: state.best_global_step }),
  };
  const evaluated = splitValues("eval", results.eval);
  const tested = results.test && splitValues("test", results.test);
  await writeJson("train_results.json", trained);
  await writeJson("eval_results.json", evaluated);
  if (tested) await writeJson("test_results.json", tested);
  await write("README.md", modelCard(finished, version));
  await write("report.html", renderTrainingReport(reportData(finished)));
  const all = {
    ...trained,
    ...evaluated,
    ...tested,
    ...baselineValues("baseline", judged),
    ...choiceValues(results.choice),
    temperature: config.temperature,
    ...(encoderShare !== undefined && { encoder_share: encoderShare }),
  };
  await writeJson("all_results.json", all);
  return all;
}

/** The recipe, and what it was compared with. */
function choiceValues({ chosen, candidates, leftOut, rows, outOfFold }: Choice): Record<string, unknown> {
  return {
    recipe: nameOf(chosen),
    recipes: candidates.map((each) => ({
      recipe: nameOf(each),
      rows,
      out_of_fold: outOfFold,
      loss: each.loss,
      ...each.values,
      ...(each.share !== undefined && { share: each.share }),
    })),
    recipes_left_out: leftOut.map(({ recipe, minutes }) => ({
      recipe,
      minutes: Number(minutes.toPrecision(3)),
    })),
  };
}

function splitValues(split: string, { model, uncalibrated, ...rest }: SplitResults): Record<string, number> {
  const own = Object.entries(model.values).map((
    [name, value],
  ): [string, number] => [`${split}_${name}`, value]);
  if (uncalibrated !== undefined) own.push([`${split}_ece_before_calibration`, uncalibrated]);
  return { ...Object.fromEntries(own), ...baselineValues(`${split}_baseline`, { model, ...rest }) };
}

function baselineValues(
  prefix: string,
  { baselines: { majority, linear } }: Pick<SplitResults, "baselines" | "model">,
): Record<string, number> {
  return Object.fromEntries(
    Object.entries({ majority, linear }).flatMap(([name, { values }]) => {
      return Object.entries(values).map(([metric, value]) => [`${prefix}_${name}_${metric}`, value]);
    }),
  );
}
