import type { DataReport } from "@taxon/data";
import type { EncoderClassifier } from "@taxon/model";
import type { RunState } from "./checkpoint.ts";
import type { TrainFlags } from "./command.ts";
import type { Results } from "./measure.ts";
import type { Prepared } from "./prepare.ts";

/** All that a finished run leaves behind. */
export interface FinishedRun {
  model: EncoderClassifier;
  /** Share of the encoder in the logits, where n-grams have the rest. */
  encoderShare?: number;
  prepared: Prepared;
  /** What the data check found. */
  data: DataReport;
  results: Results;
  state: RunState;
  flags: TrainFlags;
  /** Wall time of the training, seconds. */
  seconds: number;
  /** Name of the backend. */
  backend: string;
}
