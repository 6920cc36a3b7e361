/** What is timed. The names and shapes are those of the comparison systems, so that lines can be put side by side. */
export interface Workload {
  /** The article's encoder, or one of the shapes of all-MiniLM-L6-v2. */
  readonly architecture: "article" | "miniLm";
  /** Encoder layers of the model. */
  readonly layers: number;
  /** Name of the inputs, `<sequences>x<tokens>` or `mixed`. */
  readonly input: string;
  /** Whether a training step is timed instead of a forward pass. */
  readonly train: boolean;
}

const article = { architecture: "article", layers: 6, train: false } as const;
const step = (layers: number) => ({ ...article, layers, input: "16x64", train: true });
const miniLm = { architecture: "miniLm", layers: 6, train: false } as const;

/** All workloads by name. `mixed` holds 32 sequences of 8 … 128 tokens. */
export const WORKLOADS = {
  "W1-1x32": { ...article, input: "1x32" },
  "W1-1x128": { ...article, input: "1x128" },
  "W1-8x128": { ...article, input: "8x128" },
  "W1-32x128": { ...article, input: "32x128" },
  "W1-mixed": { ...article, input: "mixed" },
  "W2-train-16x64-2L": step(2),
  "W2-train-16x64-6L": step(6),
  "W3-1x32": { ...miniLm, input: "1x32" },
  "W3-1x128": { ...miniLm, input: "1x128" },
  "W3-8x128": { ...miniLm, input: "8x128" },
  "W3-32x128": { ...miniLm, input: "32x128" },
  "W3-mixed": { ...miniLm, input: "mixed" },
} as const satisfies Record<string, Workload>;

/** Name of a workload. */
export type WorkloadName = keyof typeof WORKLOADS;
