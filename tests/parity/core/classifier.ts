import { valueAndGrad } from "@taxon/autograd";
import { scores } from "@taxon/decision";
import {
  EncoderClassifier,
  type EncoderClassifierConfig,
  encoderConfig,
  type PackedBatch,
} from "@taxon/model";
import { binaryCrossEntropy, crossEntropy, squaredError } from "@taxon/nn";
import { keep, mean, scope, type Tensor, tensor } from "@taxon/tensor";
import type { Checker } from "../checker.ts";
import type { GoldenCase } from "../golden_case.ts";
import { checkOutputs } from "./layer.ts";
import { checkSteps } from "./optimizer_steps.ts";
import { activationsAt, type Packing, packing, weightsAt } from "./packing.ts";
import { fromArticle, loadParameters } from "./parameters.ts";

const problemTypes: Record<string, EncoderClassifierConfig["problemType"]> = {
  ce: "single_label_classification",
  bce: "multi_label_classification",
  mse: "regression",
};

/** A whole classifier: every stage, attention weights, loss, all gradients, and five optimiser steps. */
export async function classifier(golden: GoldenCase, check: Checker): Promise<void> {
  using model = new EncoderClassifier(configOf(golden));
  const parameters = loadParameters(model, golden, fromArticle);
  const batch = batchOf(golden, 0);
  await checkStages(golden, check, model, batch);
  const loss = (step: number) => () =>
    lossOf(golden, model.forward(batchOf(golden, step).packed).logits, step);
  const { value, grads } = valueAndGrad([...parameters.values()], loss(0));
  await check.output("out.loss", value);
  value.dispose();
  for (const [i, name] of [...parameters.keys()].entries()) {
    await check.gradient(`grad.${name}`, grads[i]);
    grads[i]?.dispose();
  }
  await checkSteps(golden, check, parameters, loss);
}

function configOf(golden: GoldenCase): EncoderClassifierConfig {
  const { dims: { V, L, C, d, h, hd, ff }, pooling, position, loss, eps } = golden.config;
  const isAffine = golden.has("param.final_norm.weight");
  return encoderConfig({
    vocabSize: V,
    maxTokens: golden.shape("in.ids")[2],
    modelSize: d,
    layers: L,
    heads: h,
    headDim: hd,
    feedForwardSize: ff,
    activation: "geluTanh",
    norm: "pre",
    normAffine: false,
    normEps: eps ?? 1e-6,
    finalNorm: isAffine ? "affine" : "plain",
    positions: (position === "rope" ? "rotary" : position) as EncoderClassifierConfig["positions"],
    dropout: 0,
    pooling,
    problemType: problemTypes[loss!],
    labels: Array.from({ length: C }, (_, i) => `${i}`),
  });
}

/** Batch `step` of in.ids [steps, batch, tokens], its real tokens packed. */
function batchOf(golden: GoldenCase, step: number): { packed: PackedBatch; layout: Packing } {
  const [, batch, length] = golden.shape("in.ids");
  const part = (name: string) =>
    golden.values(name).slice(step * batch * length, (step + 1) * batch * length);
  const [ids, layout] = [part("in.ids"), packing(part("in.mask"), batch, length)];
  const { tokens, positions, cuSeqlens } = layout;
  const packed = {
    ids: tokens.map((token) => ids[token]),
    typeIds: new Int32Array(tokens.length),
    positions,
    sequences: tokens.map((token) => Math.floor(token / length)),
    cuSeqlens,
    examples: Int32Array.from({ length: batch }, (_, i) => i),
  };
  return { packed, layout };
}

async function checkStages(
  golden: GoldenCase,
  check: Checker,
  model: EncoderClassifier,
  { packed, layout }: ReturnType<typeof batchOf>,
): Promise<void> {
  const hidden = { at: activationsAt(layout, model.config.modelSize) };
  const stages = (onAttention?: (weights: Tensor[]) => void) => {
    const { hidden, pooled, logits } = model.forward(packed, { onAttention });
    return { "out.hidden": hidden, "out.pooled": pooled, "out.logits": logits };
  };
  await checkOutputs(check, () => stages(), { "out.hidden": hidden });
  check.path = "with attention weights";
  const attention: Tensor[][] = [];
  await checkOutputs(
    check,
    () => stages((weights) => attention.push(weights.map((one) => keep(one.alias())))),
    { "out.hidden": hidden },
  );
  check.path = "";
  const at = weightsAt(layout, model.config.heads);
  for (const [layer, weights] of attention.entries()) {
    const values = await Promise.all(weights.map((one) => one.data()));
    await check.output(`out.att.${layer}`, values.flatMap((one) => [...one]), { at });
    for (const one of weights) one.dispose();
  }
  if (!golden.has("out.probs")) return;
  using logits = scope(() => model.forward(packed).logits);
  const [rows, labels] = logits.shape;
  const values = await logits.data();
  const probabilities = Array.from({ length: rows }, (_, row) => {
    return [...scores(values.subarray(row * labels, (row + 1) * labels), model.config)];
  });
  await check.output("out.probs", probabilities.flat());
}

/** The mean loss of batch `step`. */
function lossOf(golden: GoldenCase, logits: Tensor, step: number): Tensor {
  const { loss, label_smoothing: labelSmoothing } = golden.config;
  const size = golden.values("in.labels").length / golden.shape("in.labels")[0];
  const own = golden.values("in.labels").slice(step * size, (step + 1) * size);
  const host = loss === "ce" ? own : Float32Array.from(own);
  const labels = tensor(host, golden.shape("in.labels").slice(1), { backend: golden.backend });
  switch (loss) {
    case "ce":
      return crossEntropy(logits, labels, {
        classWeights: golden.optional("in.class_weight"),
        labelSmoothing,
      });
    case "bce":
      return mean(binaryCrossEntropy(logits, labels, golden.optional("in.pos_weight")));
    case "mse":
      return mean(squaredError(logits, labels));
  }
  throw new TypeError(`Cannot compute the loss "${loss}" of a golden case: known are ce, bce, mse`);
}
