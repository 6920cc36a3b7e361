import { z } from "@hono/zod-openapi";
import type { Api, ServerContext } from "../api.ts";
import type { TextInput } from "../classifier.ts";
import { RequestError } from "../errors.ts";
import type { Models } from "../models.ts";
import type { Predictor } from "../predictor.ts";
import { replyWithCost } from "../reply.ts";
import { rank } from "../rank.ts";

const VERSION = "1"; // a model is served in one version only

const isStrings = (value: unknown): value is string[] =>
  Array.isArray(value) && value.every((item) => typeof item === "string");

const TextTensor = z.object({
  name: z.enum(["text", "text_pair"]),
  shape: z.array(z.int().nonnegative()).max(2),
  datatype: z.literal("BYTES"),
  data: z.custom<string[]>(isStrings, "expected a list of strings")
    .openapi({ type: "array", items: { type: "string" }, example: ["The invoice is wrong"] }),
}).openapi("TextTensor");

const InferRequest = z.object({
  id: z.string().max(128).nullish(),
  inputs: z.array(TextTensor),
  outputs: z.array(z.object({ name: z.enum(["scores", "label"]) })).nullish(),
}).openapi("InferRequest");

const InferReply = z.object({
  model_name: z.string(),
  model_version: z.string(),
  id: z.string().optional(),
  outputs: z.array(z.object({
    name: z.string(),
    shape: z.array(z.int()),
    datatype: z.string(),
    data: z.array(z.union([z.number(), z.string()])),
  })),
}).openapi("InferReply");

/** The Open Inference Protocol (KServe v2): texts as BYTES tensors in, scores and the best label out. */
export function addKserveRoutes(api: Api, models: Models, version: string): void {
  api.add({
    method: "get",
    path: "/v2",
    summary: "Server metadata (KServe v2)",
    handle: (c) => c.json({ name: "taxon", version, extensions: [] }),
  });
  api.add({
    method: "get",
    path: "/v2/health/live",
    summary: "200 while the process answers",
    public: true,
    handle: (c) => c.json({ live: true }),
  });
  for (const path of ["/v2/models/{model}", "/v2/models/{model}/versions/{version}"]) {
    api.add({
      method: "get",
      path,
      summary: "Model metadata (KServe v2)",
      handle: (c) => c.json(metadata(find(c, models))),
    });
    api.add({
      method: "get",
      path: `${path}/ready`,
      summary: "Whether the model can answer (KServe v2)",
      handle: (c) => {
        const { classifier } = find(c, models);
        return c.json({ name: classifier.info.id, ready: classifier.healthy?.() ?? true });
      },
    });
    api.add({
      method: "post",
      path: `${path}/infer`,
      summary: "Classify texts (KServe v2)",
      body: InferRequest,
      reply: InferReply,
      maxItems: { inputs: 2, outputs: 2 },
      invalidStatus: 400,
      handle: (c, body) => infer(c, find(c, models), body),
    });
  }
}

function find(c: ServerContext, models: Models): Predictor {
  const version = c.req.param("version");
  if (version && version !== VERSION) {
    throw new RequestError("NotFound", "no such version of the model is served here");
  }
  return models.get(c.req.param("model"));
}

function metadata({ classifier: { info } }: Predictor) {
  return {
    name: info.id,
    versions: [VERSION],
    platform: "taxon",
    inputs: [
      { name: "text", datatype: "BYTES", shape: [-1] },
      { name: "text_pair", datatype: "BYTES", shape: [-1] },
    ],
    outputs: [
      { name: "scores", datatype: "FP32", shape: [-1, info.labels.length] },
      { name: "label", datatype: "BYTES", shape: [-1] },
    ],
  };
}

async function infer(
  c: ServerContext,
  predictor: Predictor,
  body: z.infer<typeof InferRequest>,
): Promise<Response> {
  const { classifier } = predictor;
  const texts = toTexts(body.inputs);
  const outcome = await predictor.predict(texts, { batch: true, signal: c.req.raw.signal });
  const { labels, id } = classifier.info;
  const rows = outcome.predictions.map(({ scores }) => scores);
  const outputs = [
    {
      name: "scores",
      shape: [rows.length, labels.length],
      datatype: "FP32",
      data: rows.flatMap((row) => Array.from(row)),
    },
    {
      name: "label",
      shape: [rows.length],
      datatype: "BYTES",
      data: rows.map((row) => rank(row, labels)[0].label),
    },
  ];
  const wanted = body.outputs?.map((output) => output.name as string);
  return replyWithCost(c, classifier, outcome, {
    model_name: id,
    model_version: VERSION,
    ...body.id == null ? {} : { id: body.id },
    outputs: wanted?.length ? outputs.filter((output) => wanted.includes(output.name)) : outputs,
  });
}

function toTexts(tensors: z.infer<typeof InferRequest>["inputs"]): TextInput[] {
  for (const { name, shape, data } of tensors) {
    if (shape.reduce((a, b) => a * b, 1) !== data.length) {
      throw new RequestError("Validation", `tensor ${name}: shape and length of data differ`, {
        status: 400,
      });
    }
  }
  const text = tensors.find((tensor) => tensor.name === "text")?.data;
  const pair = tensors.find((tensor) => tensor.name === "text_pair")?.data;
  if (!text) throw new RequestError("Validation", "inputs: a tensor named text is needed", { status: 400 });
  if (pair && pair.length !== text.length) {
    throw new RequestError("Validation", "inputs: text and text_pair differ in length", { status: 400 });
  }
  return text.map((text, i) => ({ text, textPair: pair?.[i] }));
}
