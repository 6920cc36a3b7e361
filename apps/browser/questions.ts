import type { EncoderClassifierConfig } from "@taxon/model";
import type { ExplainRequest, Explanation } from "@taxon/decision";

/** The three files of a model, by content. */
export interface ModelFiles {
  /** Text of config.json. */
  readonly config: string;
  /** Text of tokenizer.json. */
  readonly tokenizer: string;
  /** Bytes of model.safetensors. */
  readonly weights: Uint8Array<ArrayBuffer>;
}

/** Where to compute: "auto" takes WebGPU if there is a graphics processor, else the cpu. */
export type BackendRequest = "auto" | "webgpu" | "cpu";

/** A model that is ready. */
export interface OpenedModel {
  readonly config: EncoderClassifierConfig;
  readonly parameters: number;
  /** Which backend computes, and why not another, in words. */
  readonly backend: string;
}

/** A text with its right answer: labels by name, or the number to predict. */
export interface LabelledText {
  readonly text: string;
  readonly textPair?: string;
  readonly labels: readonly string[];
  readonly target?: number;
}

/** What to train on, and how. */
export interface TrainRequest {
  readonly examples: readonly LabelledText[];
  readonly epochs: number;
  /** At the first step; it falls to 0 in a straight line. */
  readonly learningRate: number;
}

/** One step of training. */
export interface TrainProgress {
  readonly step: number;
  readonly totalSteps: number;
  readonly loss: number;
}

/** What the page asks of the worker that holds the model: the question and its answer. */
export interface Questions {
  open: { question: { files: ModelFiles; backend: BackendRequest }; answer: OpenedModel };
  explain: { question: ExplainRequest; answer: Explanation };
  train: { question: TrainRequest; answer: TrainProgress };
  save: { question: null; answer: ModelFiles };
}

/** A question on its way to the worker. */
export interface Asked {
  readonly id: number;
  readonly kind: keyof Questions;
  readonly question: Questions[keyof Questions]["question"];
}

/** What comes back: any number of reports of progress, then an answer or why there is none. */
export type Told =
  & { readonly id: number }
  & (
    | { readonly progress: TrainProgress }
    | { readonly answer: Questions[keyof Questions]["answer"] }
    | { readonly error: string }
  );
