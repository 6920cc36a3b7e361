import type { EncoderClassifier } from "@taxon/model";
import { sinusoidalTable } from "@taxon/nn";
import { attention, type View } from "./attention.ts";
import { Graph, type Value } from "./graph.ts";
import { activation, type Builder, feedForward, layerNorm, linear } from "./layers.ts";
import { addNgramLogits } from "./ngram_branch.ts";
import { nearby, type Places, places, rotation } from "./places.ts";
import { Weights } from "./weights.ts";

/**
 * A classifier as an ONNX file of opset 18. Its inputs are `input_ids` and `attention_mask`, for a model of pairs also
 * `token_type_ids`, int64 [batch, tokens] with any sizes; for one with an n-gram branch also `characters`, int64
 * [batch, characters], the texts' code points with zeros behind the shorter ones. Its output is `logits`, f32 [batch, labels], not yet divided
 * by the config's temperature. A row's logits do not depend on how it is padded.
 *
 * @example
 * ```ts
 * import { createCpuBackend } from "@taxon/backend-cpu";
 * import { EncoderClassifier, encoderConfig } from "@taxon/model";
 * import { toOnnx } from "@taxon/onnx";
 * import { useBackend } from "@taxon/tensor";
 * import { assert } from "@std/assert";
 *
 * using _backend = useBackend(await createCpuBackend());
 * using model = new EncoderClassifier(encoderConfig({ vocabSize: 10, modelSize: 16 })).initialize(42);
 * const file = await toOnnx(model); // Deno.writeFile("model.onnx", file)
 * assert(file.length > 4 * model.parameterCount());
 * ```
 *
 * @throws {TypeError} If the model has a part that is not written, naming it.
 * @throws {RangeError} If the file would have 2 GiB or more.
 */
export async function toOnnx(model: EncoderClassifier): Promise<Uint8Array<ArrayBuffer>> {
  const { config } = model;
  const graph = new Graph();
  const builder = { graph, config, weights: new Weights(await model.stateDict()) };
  const ids = graph.input("input_ids", "int64", ["batch", "tokens"]);
  const where = places(graph, graph.input("attention_mask", "int64", ["batch", "tokens"]));
  let x = embed(builder, ids, where); // [batch, tokens, model]
  const local = config.localAttention;
  const whole = viewOf(builder, where, config.rotaryTheta);
  const near = local &&
    { ...viewOf(builder, where, local.rotaryTheta), visible: nearby(graph, where, local.window) };
  for (let index = 0; index < config.layers; index++) {
    const isWhole = near === undefined || index % local!.globalEvery === 0;
    x = encoderLayer(builder, x, index, isWhole ? whole : near);
  }
  if (config.finalNorm !== "none") x = layerNorm(builder, x, "finalNorm");
  let logits = answer(builder, pool(builder, x, where));
  if (config.ngramRows > 0) logits = addNgramLogits(builder, logits);
  graph.output("logits", logits, ["batch", config.labels.length]);
  builder.weights.requireAllTaken();
  return graph.toBytes();
}

function embed(builder: Builder, ids: Value, { positions }: Places): Value {
  const { graph, weights, config } = builder;
  const { modelSize, maxTokens, positionOffset } = config;
  const rows = (name: string, data: Float32Array, which: Value) => {
    return graph.op("Gather", [graph.floats(name, [data.length / modelSize, modelSize], data), which]);
  };
  const plus = (a: Value, b: Value) => graph.op("Add", [a, b]);
  let x = rows("embedding.weight", weights.take("embedding.weight")!.data, ids);
  if (config.positions === "sinusoidal") {
    x = plus(x, rows("sinusoids", sinusoidalTable(maxTokens, modelSize), positions));
  }
  const learned = weights.take("positionEmbedding.weight")?.data;
  if (learned) {
    const used = learned.subarray(positionOffset * modelSize, (positionOffset + maxTokens) * modelSize);
    x = plus(x, rows("positionEmbedding.weight", used, positions));
  }
  const types = weights.take("typeEmbedding.weight")?.data;
  if (types && config.pairTypes) {
    x = plus(
      x,
      rows("typeEmbedding.weight", types, graph.input("token_type_ids", "int64", ["batch", "tokens"])),
    );
  } else if (types) {
    x = plus(x, graph.floats("typeEmbedding.weight", [modelSize], types.subarray(0, modelSize)));
  }
  return config.embeddingNorm ? layerNorm(builder, x, "embeddingNorm") : x;
}

function viewOf(builder: Builder, { positions, visible }: Places, theta: number): View {
  const isRotary = builder.config.positions === "rotary";
  return { visible, rotation: isRotary ? rotation(builder, positions, theta) : undefined };
}

function encoderLayer(builder: Builder, x: Value, index: number, view: View): Value {
  const { graph, config: { norm, embeddingNorm } } = builder;
  const name = `encoder.layers.${index}`;
  const plus = (a: Value, b: Value) => graph.op("Add", [a, b]);
  const normalized = (x: Value, part: string) => layerNorm(builder, x, `${name}.${part}`);
  if (norm === "post") {
    x = normalized(plus(x, attention(builder, x, `${name}.attention`, view)), "attentionNorm");
    return normalized(plus(x, feedForward(builder, x, `${name}.feedForward`)), "feedForwardNorm");
  }
  const attentionInput = index === 0 && embeddingNorm ? x : normalized(x, "attentionNorm");
  x = plus(x, attention(builder, attentionInput, `${name}.attention`, view));
  return plus(x, feedForward(builder, normalized(x, "feedForwardNorm"), `${name}.feedForward`));
}

/** [batch, tokens, model] → [batch, model] */
function pool({ graph, config }: Builder, hidden: Value, { real }: Places): Value {
  let pooled: Value;
  switch (config.pooling) {
    case "cls": {
      const first = graph.op("ArgMax", [real], { axis: 1, keepdims: 1 });
      pooled = graph.op("GatherND", [hidden, first], { batch_dims: 1 });
      break;
    }
    case "mean": {
      const axes = graph.integers([1]);
      const counts = graph.op("Max", [
        graph.op("ReduceSum", [real, axes], { keepdims: 1 }),
        graph.scalar(1),
      ]);
      const kept = graph.op("Mul", [hidden, graph.op("Unsqueeze", [real, graph.integers([2])])]);
      pooled = graph.op("Div", [graph.op("ReduceSum", [kept, axes], { keepdims: 0 }), counts]);
    }
  }
  if (!config.normalizePooled) return pooled;
  const length = graph.op("ReduceL2", [pooled, graph.integers([1])], { keepdims: 1 });
  return graph.op("Div", [pooled, graph.op("Max", [length, graph.scalar(1e-12)])]);
}

function answer(builder: Builder, pooled: Value): Value {
  const { headActivation, headNorm } = builder.config;
  let features = pooled;
  if (headActivation !== "none") {
    features = activation(builder, linear(builder, features, "headDense"), headActivation);
  }
  if (headNorm) features = layerNorm(builder, features, "headNorm");
  return linear(builder, features, "head");
}
