import { z } from "@hono/zod-openapi";
import type { Api, ServerContext } from "../api.ts";
import { RequestError } from "../errors.ts";
import type { ServerMetrics } from "../metrics.ts";
import type { Models } from "../models.ts";
import { docsPage } from "./docs_page.ts";
import { type Page, sendPage, wantsPage } from "./page.ts";

/** What {@linkcode addSystemRoutes} shows beside the models. */
export interface SystemOptions {
  version: string;
  metrics: ServerMetrics;
  /** Whether `/metrics` asks for the key. */
  metricsKey: boolean;
  /** For browsers, at `/`. */
  page?: Page;
  /** True once the server has begun to shut down: no longer ready for new requests. */
  draining(): boolean;
}

/**
 * Health, model information, metrics and the description of the API; public but for `/info`.
 *
 * @returns Makes the description, for the first time slow, once all routes are there.
 */
export function addSystemRoutes(
  api: Api,
  models: Models,
  { version, metrics, metricsKey, page, draining }: SystemOptions,
): () => void {
  const requireHealth = () => {
    if (draining() || !models.healthy()) throw new RequestError("Unhealthy", "unhealthy");
  };
  for (const path of ["/", "/health", "/ping"]) {
    api.add({
      method: "get",
      path,
      summary: "200 with an empty body while the models can answer",
      public: true,
      handle: (c) => {
        if (path === "/" && page && wantsPage(c)) return sendPage(c, page);
        requireHealth();
        return c.body(null);
      },
    });
  }
  api.add({
    method: "get",
    path: "/v2/health/ready",
    summary: "200 while the models can answer (KServe v2)",
    public: true,
    handle: (c) => {
      requireHealth();
      return c.json({ ready: true });
    },
  });
  api.add({
    method: "get",
    path: "/info",
    summary: "Model and limits (text-embeddings-inference)",
    reply: InfoReply,
    handle: (c) => info(c, models, version),
  });
  api.add({
    method: "get",
    path: "/metrics",
    summary: "Prometheus metrics, named as in text-embeddings-inference",
    public: !metricsKey,
    reply: z.string(),
    replyType: "text/plain",
    handle: (c) =>
      c.body(metrics.registry.render(), 200, { "content-type": "text/plain; version=0.0.4; charset=utf-8" }),
  });
  const document = once(() =>
    api.app.getOpenAPI31Document({
      openapi: "3.1.0",
      info: { title: "Taxon", version, description: "Text classification over HTTP" },
    })
  );
  const docs = once(() => docsPage(document()));
  api.app.openAPIRegistry.registerComponent("securitySchemes", "bearer", { type: "http", scheme: "bearer" });
  api.add({
    method: "get",
    path: "/api-doc/openapi.json",
    summary: "This description, as OpenAPI 3.1",
    public: true,
    handle: (c) => c.json(document()),
  });
  api.add({
    method: "get",
    path: "/docs",
    summary: "This description, as a page",
    public: true,
    reply: z.string(),
    replyType: "text/html",
    handle: (c) => {
      c.header(
        "content-security-policy",
        "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
      );
      return c.html(docs());
    },
  });
  return docs;
}

/** `make`, called when its result is first needed, which is when all routes are there. */
function once<T>(make: () => T): () => T {
  let made: { result: T } | undefined;
  return () => (made ??= { result: make() }).result;
}

const InfoReply = z.object({
  model_id: z.string(),
  model_sha: z.string().nullable(),
  model_dtype: z.string(),
  served_model_name: z.string(),
  model_type: z.object({
    classifier: z.object({
      id2label: z.record(z.string(), z.string()),
      label2id: z.record(z.string(), z.int()),
    }),
  }),
  max_concurrent_requests: z.int(),
  max_input_length: z.int(),
  max_batch_tokens: z.int(),
  max_batch_requests: z.int().nullable(),
  max_client_batch_size: z.int(),
  auto_truncate: z.boolean(),
  tokenization_workers: z.int(),
  version: z.string(),
  sha: z.string().nullable(),
  docker_label: z.string().nullable(),
}).openapi("Info");

function info(c: ServerContext, models: Models, version: string): Response {
  const { classifier, limits, maxInputTokens } = models.default;
  const { labels, modelId, id, dtype } = classifier.info;
  const reply: z.infer<typeof InfoReply> = {
    model_id: modelId,
    model_sha: null,
    model_dtype: dtype,
    served_model_name: id,
    model_type: {
      classifier: {
        id2label: Object.fromEntries(labels.map((label, i) => [String(i), label])),
        label2id: Object.fromEntries(labels.map((label, i) => [label, i])),
      },
    },
    max_concurrent_requests: limits.maxConcurrentRequests,
    max_input_length: maxInputTokens,
    max_batch_tokens: limits.maxBatchTokens,
    max_batch_requests: null,
    max_client_batch_size: limits.maxClientBatchSize,
    auto_truncate: limits.autoTruncate,
    tokenization_workers: 1,
    version,
    sha: null,
    docker_label: null,
  };
  return c.json(reply);
}
