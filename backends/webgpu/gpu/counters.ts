/** What the device was asked to do since the backend was created. */
export interface Counters {
  /** Command buffers handed to the queue. */
  submits: number;
  /** Kernels started. */
  dispatches: number;
  /** Times that the host waited for data; reads asked for together count once. */
  readbacks: number;
  /** Kernels compiled. */
  pipelines: number;
  /** GPU buffers created. */
  allocations: number;
}

/** All zeros. */
export function newCounters(): Counters {
  return { submits: 0, dispatches: 0, readbacks: 0, pipelines: 0, allocations: 0 };
}
