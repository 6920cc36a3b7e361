/// <reference no-default-lib="true" />
/// <reference lib="deno.worker" />
/** Computes the float64 logits of one sequence. In a worker, so that its copy of the weights goes with it. */
import { float64Logits } from "./float64_model.ts";
import { openState } from "./stored_state.ts";

interface Request {
  folder: string;
  file: string;
  ids: Int32Array;
}

self.onmessage = ({ data: { folder, file, ids } }: MessageEvent<Request>) => {
  using state = openState(folder, file);
  const entries = [...state.entries].map(([name, { shape, data }]) =>
    [name, { shape, data: data.slice() }] as const
  );
  self.postMessage(float64Logits(new Map(entries), ids));
};
