import type { FakeFile, FakeHub } from "./fake_hub.ts";
import {
  type DownloadedModel,
  downloadModel,
  type DownloadModelOptions,
} from "../../apps/shared/hub/download_model.ts";
import type { ModelId } from "../../apps/shared/hub/model_id.ts";

export const id: ModelId = { name: "org/tiny", revision: "main" };

/** Larger than what a connection takes at once, so that it can break half way. */
export const weights: Uint8Array<ArrayBuffer> = Uint8Array.from({ length: 300_000 }, (_, i) => (i * 31) >> 3);

const text = (path: string, content: string): FakeFile => ({
  path,
  content: new TextEncoder().encode(content),
});

const described: FakeFile[] = [
  text("README.md", "# Tiny"),
  text("config.json", "{}"),
  text("tokenizer.json", '{"version":"1.0"}'),
  text("tokenizer_config.json", '{"model_max_length":64}'),
  text("onnx/config.json", "{}"),
];

/** A model of sentence-transformers, with files that nobody needs. */
export const files: FakeFile[] = [
  ...described,
  text("modules.json", "[]"),
  text("1_Pooling/config.json", '{"pooling_mode_mean_tokens":true}'),
  { path: "model.safetensors", content: weights },
  text("pytorch_model.bin", "a pickle"),
];

/** A model whose weights are in two files, beside one of another precision. */
export const sharded: FakeFile[] = [
  ...described,
  text(
    "model.safetensors.index.json",
    JSON.stringify({
      weight_map: { a: "model-00001-of-00002.safetensors", b: "model-00002-of-00002.safetensors" },
    }),
  ),
  { path: "model-00001-of-00002.safetensors", content: weights.slice(0, 1000) },
  { path: "model-00002-of-00002.safetensors", content: weights.slice(1000, 3000) },
  { path: "model.fp16-00001-of-00001.safetensors", content: weights.slice(0, 10) },
];

/** Downloads with pauses too short to notice. */
export function download(
  hub: FakeHub,
  cache: string,
  options: Partial<DownloadModelOptions> = {},
  model: ModelId = id,
): Promise<DownloadedModel> {
  const settings = { endpoint: hub.url, cache, offline: false };
  return downloadModel(model, settings, {
    signal: new AbortController().signal,
    note() {},
    pauseMs: 1,
    ...options,
  });
}

/** Paths of all files below a folder, sorted. */
export function listAll(folder: string): string[] {
  return [...Deno.readDirSync(folder)].flatMap(({ name, isDirectory }) =>
    isDirectory ? listAll(`${folder}/${name}`).map((path) => `${name}/${path}`) : [name]
  ).sort();
}
