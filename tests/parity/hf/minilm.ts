import { assertEquals } from "@std/assert";
import { encodeInputs, ModelFolder } from "@taxon/classifier";
import type { EncoderClassifier } from "@taxon/model";
import { keep, scope, type Tensor } from "@taxon/tensor";
import type { Checker } from "../checker.ts";
import type { GoldenCase } from "../golden_case.ts";
import { batchOf } from "./checkpoint.ts";

const newHead = { labels: ["a", "b"], problemType: "single_label_classification", seed: 1 } as const;

/** The real weights: token ids, hidden states, attention, and the embeddings that sentence-transformers gives. */
export async function miniLm(
  weights: string,
  recorded: URL,
  golden: GoldenCase,
  check: Checker,
): Promise<void> {
  const folder = new ModelFolder(weights);
  const { sentences, ids } = JSON.parse(await Deno.readTextFile(new URL("sentences.json", recorded)));
  const config = folder.config({ newHead });
  const texts = encodeInputs(folder.tokenizer, config, sentences.map((text: string) => ({ text })));
  assertEquals(texts.map(({ ids }) => [...ids as Int32Array]), ids);

  using embedder = folder.load({ newHead }).model;
  const { packed } = batchOf(golden);
  using embedding = scope(() => embedder.forward(packed).pooled);
  await check.output("out.embedding", embedding);
  await check.output("out.similarity", similarities(await embedding.data(), config.modelSize));
  using averaging = folder.load({ newHead, settings: { normalizePooled: false } }).model;
  using averaged = scope(() => averaging.forward(packed).pooled);
  await check.output("out.mean_pooled", averaged);
  using pooling = folder.load({ newHead, settings: bertHead }).model;
  await checkLayers(check, pooling, packed);
}

/** The head of BERT in place of what sentence-transformers puts behind the encoder. */
const bertHead = { pooling: "cls", normalizePooled: false, headActivation: "tanh" } as const;

async function checkLayers(
  check: Checker,
  model: EncoderClassifier,
  packed: ReturnType<typeof batchOf>["packed"],
): Promise<void> {
  const { modelSize, heads, layers } = model.config;
  const { cuSeqlens } = packed;
  const states: Tensor[] = [];
  const attention: Tensor[] = [];
  const { pooled, answered } = scope(() => {
    const { pooled } = model.forward(packed, {
      onHidden: (x) => states.push(keep(x.alias())),
      onAttention: ([first]) => attention.push(keep(first.alias())),
    });
    return { pooled, answered: model.headDense!.forward(pooled, "tanh") };
  });
  await check.output("out.cls", pooled);
  await check.output("out.pooler_output", answered);
  const values = await Promise.all(states.map((state) => state.data()));
  const last = values[layers];
  for (const sentence of [0, 6]) {
    const part = last.subarray(cuSeqlens[sentence] * modelSize, cuSeqlens[sentence + 1] * modelSize);
    await check.output(`out.last_hidden.${sentence}`, part);
  }
  const sentences = cuSeqlens.length - 1;
  const statistics = values.flatMap((state) =>
    Array.from({ length: sentences }, (_, s) => {
      return statisticsOf(state.subarray(cuSeqlens[s] * modelSize, cuSeqlens[s + 1] * modelSize));
    }).flat()
  );
  await check.output("out.hidden_stats", statistics);
  for (const layer of [0, layers - 1]) {
    const map = await attention[layer].data();
    assertEquals(map.length, heads * cuSeqlens[1] ** 2);
    await check.output(`out.att_layer${layer}_row0`, map);
  }
  for (const tensor of [pooled, answered, ...states, ...attention]) tensor.dispose();
}

/** Mean, standard deviation and largest absolute value. */
function statisticsOf(values: Float32Array): number[] {
  const mean = values.reduce((total, value) => total + value, 0) / values.length;
  const variance = values.reduce((total, value) => total + (value - mean) ** 2, 0) / values.length;
  return [mean, Math.sqrt(variance), values.reduce((top, value) => Math.max(top, Math.abs(value)), 0)];
}

/** Dot products of all pairs of rows. */
function similarities(rows: Float32Array, size: number): number[] {
  const count = rows.length / size;
  const row = (i: number) => rows.subarray(i * size, (i + 1) * size);
  return Array.from({ length: count * count }, (_, at) => {
    const other = row(at % count);
    return row(Math.floor(at / count)).reduce((total, value, j) => total + value * other[j], 0);
  });
}
