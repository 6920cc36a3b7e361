/**
 * `deno task check:calibration RUN TEXTS`: what calibrating on few rows does to others. RUN was trained with --no-ngrams,
 * TEXTS are labelled as its own and unseen. Draws 20, 50, 200 and 1,000 of them 50 times, fits temperature, share of the
 * encoder and thresholds, and prints means over the texts that were not drawn; fails if a fit does harm.
 */
import { loadDataset, openClassifier, readRows } from "@taxon/app-shared";
import { encodeInputs } from "@taxon/classifier";
import { targetsOf } from "@taxon/classifier/training";
import { EncoderClassifier, predictLogits } from "@taxon/model";
import { keyFromSeed, permutation } from "@taxon/tensor";
import { assembleSplit } from "@taxon/data";
import { applyThresholds } from "@taxon/decision";
import { joinPair } from "@taxon/text";
import {
  fitOpinionPool,
  fitSigmoidTemperature,
  fitTemperature,
  multiLabelMetrics,
  trainLinearBaseline,
  tuneThresholds,
} from "@taxon/train";

const DRAWS = 50;
const SIZES = [20, 50, 200, 1000];
/** Mean log loss in nats by which a fit may be worse than none: chance, as where 1 is the best temperature. */
const HARM = 0.003;
const BETAS = Array.from({ length: 47 }, (_, i) => 10 ** (i / 23 - 1));
const SHARES = Array.from({ length: 21 }, (_, i) => i / 20);

const [run, file] = Deno.args;
if (file === undefined) {
  console.error("Cannot check without a run and texts: deno task check:calibration RUN TEXTS");
  Deno.exit(2);
}
const { deep, wide, targets, labels, multiLabel } = await record();
const rows = deep.length / labels;
const fit = (logits: ArrayLike<number>, truth: ArrayLike<number>, labels: number) =>
  multiLabel ? fitSigmoidTemperature(logits, truth) : fitTemperature(logits, truth, labels);

let harmed = false;
for (const size of SIZES.filter((size) => size < rows / 2)) {
  const names = ["n-grams alone", "likeliest T", "T", "likeliest T and share", "T and share", "share"];
  const sums: Record<string, number> = Object.fromEntries(names.map((name) => [name, 0]));
  const f1 = { "F1 at 0.5": [0, 0], "F1 tuned": [0, 0] };
  for (let draw = 0; draw < DRAWS; draw++) {
    const order = permutation(keyFromSeed(draw), rows);
    const [drawn, others] = [order.subarray(0, size), order.subarray(size)];
    const truth = pick(targets, drawn, multiLabel ? labels : 1);
    const [own, ownWide] = [pick(deep, drawn, labels), pick(wide, drawn, labels)];
    const alone = fit(ownWide, truth, labels).temperature;
    const { share } = fitOpinionPool(own, ownWide, (logits) => fit(logits, truth, labels));
    const pooled = deep.map((logit, i) => share * logit + (1 - share) * wide[i]);
    const { temperature } = fit(pick(pooled, drawn, labels), truth, labels);
    const likeliest = likeliestOf(drawn, [0]);
    const both = likeliestOf(drawn, SHARES);
    const losses = [
      lossOf(wide, others, 1),
      lossOf(wide, others, likeliest.beta),
      lossOf(wide, others, 1 / alone),
      lossOf(poolOf(both.share), others, both.beta),
      lossOf(pooled, others, 1 / temperature),
      share,
    ];
    names.forEach((name, i) => sums[name] += losses[i] / DRAWS);
    if (!multiLabel) continue;
    const at = (ids: Int32Array) =>
      pick(pooled, ids, labels).map((logit) => 1 / (1 + Math.exp(-logit / temperature)));
    const thresholds = tuneThresholds(at(drawn), truth, labels);
    for (
      const [name, used] of [["F1 at 0.5", thresholds.map(() => 0.5)], ["F1 tuned", thresholds]] as const
    ) {
      const { macro, micro } = multiLabelMetrics(
        pick(targets, others, labels),
        applyThresholds(at(others), used),
        labels,
      );
      f1[name][0] += macro.f1 / DRAWS;
      f1[name][1] += micro.f1 / DRAWS;
    }
  }
  const shown = (value: number) => value.toFixed(4);
  console.log(`${size} rows: ${names.map((name) => `${name} ${shown(sums[name])}`).join(", ")}`);
  if (multiLabel) {
    console.log(
      `  macro- and micro-${
        Object.entries(f1).map(([name, both]) => `${name} ${both.map(shown).join(" ")}`)
      }`,
    );
  }
  harmed ||= Math.max(sums["T"], sums["T and share"]) > sums["n-grams alone"] + HARM;
}
if (harmed) {
  console.error(`Failed: texts that were not drawn are less likely after a fit, by more than ${HARM} nats`);
  Deno.exitCode = 1;
}

/** Logits of encoder and n-grams, each by itself. */
async function record() {
  using opened = await openClassifier(run);
  const { classifier } = opened;
  const saved = JSON.parse(await Deno.readTextFile(`${run}/training_args.json`));
  const { labels, problemType } = classifier.config;
  const dataset = await loadDataset(saved, console);
  const { buckets, idf, weight, bias } = trainLinearBaseline(
    dataset.train.map(({ text, textPair }) => joinPair(text, textPair)),
    targetsOf(dataset.train, labels, problemType),
    { problemType, classes: labels.length, seed: saved.seed, naiveBayes: true },
  ).table();
  const config = { ...classifier.config, ngramRows: buckets.length };
  using model = new EncoderClassifier(config);
  model.loadStateDict(
    new Map([
      ...await classifier.model.stateDict(),
      ["ngrams.buckets", { shape: [buckets.length], data: buckets }],
      ["ngrams.idf", { shape: [buckets.length, 1], data: idf }],
      ["ngrams.weight", { shape: [buckets.length, labels.length], data: weight }],
      ["ngrams.bias", { shape: [labels.length], data: bias }],
    ]),
  );
  const examples = assembleSplit(await readRows(file, saved, console), problemType, labels);
  const texts = encodeInputs(classifier.tokenizer, config, examples);
  const deep = await predictLogits(classifier.model, texts);
  const both = await predictLogits(model, texts);
  return {
    deep,
    wide: both.map((logit, i) => logit - deep[i]),
    targets: targetsOf(examples, labels, problemType),
    labels: labels.length,
    multiLabel: problemType === "multi_label_classification",
  };
}

function poolOf(share: number): Float32Array {
  return deep.map((logit, i) => share * logit + (1 - share) * wide[i]);
}

function pick(values: Float32Array, ids: Int32Array, width: number): Float32Array {
  return Float32Array.from(
    { length: ids.length * width },
    (_, i) => values[ids[Math.floor(i / width)] * width + i % width],
  );
}

/** What was done before: the share and the temperature that the rows are likeliest with. */
function likeliestOf(ids: Int32Array, shares: readonly number[]): { share: number; beta: number } {
  const all = shares.flatMap((share) => {
    const pooled = poolOf(share);
    return BETAS.map((beta) => ({ share, beta, loss: lossOf(pooled, ids, beta) }));
  });
  return all.reduce((best, one) => one.loss < best.loss ? one : best);
}

/** Mean log loss of rows at temperature 1 / beta; of several labels a row, their sum. */
function lossOf(logits: Float32Array, ids: Int32Array, beta: number): number {
  let sum = 0;
  for (const row of ids) {
    const [from, to] = [row * labels, (row + 1) * labels];
    if (multiLabel) {
      for (let i = from; i < to; i++) {
        const z = beta * logits[i];
        sum += Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z))) - targets[i] * z;
      }
    } else {
      const right = beta * logits[from + targets[row]];
      let [max, total] = [-Infinity, 0];
      for (let i = from; i < to; i++) max = Math.max(max, beta * logits[i]);
      for (let i = from; i < to; i++) total += Math.exp(beta * logits[i] - max);
      sum += max + Math.log(total) - right;
    }
  }
  return sum / ids.length;
}
