import { FolderFiles, openCheckpoint } from "@taxon/classifier";
import { valueAndGrad } from "@taxon/autograd";
import { assertEquals } from "@std/assert";
import {
  describedConfig,
  type EncoderClassifier,
  type LoadedModel,
  loadModel,
  type PackedBatch,
} from "@taxon/model";
import { crossEntropy } from "@taxon/nn";
import { keep, scope, type Tensor } from "@taxon/tensor";
import type { Checker } from "../checker.ts";
import { checkOutputs } from "../core/layer.ts";
import { activationsAt, type Packing, packing, weightsAt } from "../core/packing.ts";
import type { GoldenCase } from "../golden_case.ts";

/** A new head for a checkpoint that has none. */
const newHead = { labels: ["a", "b"], problemType: "single_label_classification", seed: 1 } as const;

/** A checkpoint of Hugging Face: hidden states, attention weights, logits, loss and all gradients. */
export async function checkpoint(folder: URL, golden: GoldenCase, check: Checker): Promise<void> {
  const files = new FolderFiles(decodeURIComponent(folder.pathname).replace(/\/$/, ""));
  const classifies = golden.has("out.logits");
  const options = { newHead: classifies ? undefined : newHead };
  const description = { config: files.text("config.json") };
  const newer = files.optionalText("config.v5.json");
  if (newer) assertEquals(describedConfig({ config: newer }), describedConfig(description));
  using opened = openCheckpoint(files);
  const loaded = loadModel(description, opened.tensors, options);
  using model = loaded.model;
  const { packed, layout } = batchOf(golden);
  await checkStages(golden, check, model, packed, layout);
  if (golden.has("out.loss")) await checkGradients(golden, check, loaded, packed);
}

/** The recorded batch, its real tokens packed. */
export function batchOf(golden: GoldenCase): { packed: PackedBatch; layout: Packing } {
  const [batch, length] = golden.shape("in.input_ids");
  const layout = packing(golden.values("in.attention_mask"), batch, length);
  const { tokens, positions, cuSeqlens } = layout;
  const real = (name: string) => tokens.map((token) => golden.has(name) ? golden.values(name)[token] : 0);
  const packed = {
    ids: real("in.input_ids"),
    typeIds: real("in.token_type_ids"),
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
  packed: PackedBatch,
  layout: Packing,
): Promise<void> {
  const { modelSize, heads, layers, finalNorm } = model.config;
  const at = activationsAt(layout, modelSize);
  const results = (onAttention?: (weights: Tensor[]) => void) => {
    const states: Tensor[] = [];
    const { hidden, logits } = model.forward(packed, {
      onHidden: (x) => states.push(x.alias()),
      onAttention,
    });
    if (finalNorm !== "none") states[layers] = hidden;
    const named = states.map((state, i): [string, Tensor] => [`out.hidden.${i}`, state]);
    return { ...Object.fromEntries(named), ...(golden.has("out.logits") && { "out.logits": logits }) };
  };
  const parts = Object.fromEntries(Array.from({ length: layers + 1 }, (_, i) => [`out.hidden.${i}`, { at }]));
  await checkOutputs(check, () => results(), parts);
  check.path = "with attention weights";
  const attention: Tensor[][] = [];
  await checkOutputs(
    check,
    () => results((weights) => attention.push(weights.map((one) => keep(one.alias())))),
    parts,
  );
  check.path = "";
  for (const [layer, weights] of attention.entries()) {
    const values = await Promise.all(weights.map((one) => one.data()));
    await check.output(`out.att.${layer}`, values.flatMap((one) => [...one]), {
      at: weightsAt(layout, heads),
    });
    for (const one of weights) one.dispose();
  }
}

/** Gradients are recorded for the tensors of the checkpoint, which may hold several parameters each. */
async function checkGradients(
  golden: GoldenCase,
  check: Checker,
  { model, plan }: LoadedModel,
  packed: PackedBatch,
): Promise<void> {
  const parameters = model.namedParameters();
  const { value, grads } = valueAndGrad([...parameters.values()], () => {
    return scope(() => crossEntropy(model.forward(packed).logits, golden.tensor("in.labels")));
  });
  await check.output("out.loss", value);
  value.dispose();
  const byName = new Map([...parameters.keys()].map((name, i) => [name, grads[i]]));
  for (const [name, targets] of plan.loaded) {
    const parts = await Promise.all(targets.map((target) => byName.get(target)?.data() ?? []));
    await check.gradient(`grad.${name}`, parts.flatMap((part) => [...part]));
  }
  for (const gradient of grads) gradient?.dispose();
}
