import { type Counters, WebgpuBackend } from "@taxon/backend-webgpu";
import { currentBackend } from "@taxon/tensor";

/** What one call asked of a graphics processor; each of these costs time that the kernels themselves do not show. */
export type DeviceCalls = Pick<Counters, "submits" | "dispatches" | "readbacks">;

/** Runs `fn` once and counts; undefined on backends that have no such queue. */
export async function countDeviceCalls(fn: () => Promise<void>): Promise<DeviceCalls | undefined> {
  const backend = currentBackend();
  if (!(backend instanceof WebgpuBackend)) return undefined;
  const before = backend.counters;
  await fn();
  const { submits, dispatches, readbacks } = backend.counters;
  return {
    submits: submits - before.submits,
    dispatches: dispatches - before.dispatches,
    readbacks: readbacks - before.readbacks,
  };
}
