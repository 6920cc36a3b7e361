/** What is timed. The names and shapes are those of the comparison systems, so that lines can be put side by side. */
export interface Workload {
  /** Encoder layers of the model. */
  readonly layers: number;
  /** Name of the inputs, `<sequences>x<tokens>` or `mixed`. */
  readonly input: string;
  /** Whether a training step is timed instead of a forward pass. */
  readonly train: boolean;
}

const forward = (input: string): Workload => ({ layers: 6, input, train: false });
const step = (layers: number): Workload => ({ layers, input: "16x64", train: true });

/** All workloads by name. `mixed` holds 32 sequences of 8 … 128 tokens. */
export const WORKLOADS = {
  "W1-1x32": forward("1x32"),
  "W1-1x128": forward("1x128"),
  "W1-8x128": forward("8x128"),
  "W1-32x128": forward("32x128"),
  "W1-mixed": forward("mixed"),
  "W2-train-16x64-2L": step(2),
  "W2-train-16x64-6L": step(6),
} as const satisfies Record<string, Workload>;

/** Name of a workload. */
export type WorkloadName = keyof typeof WORKLOADS;
