import type { ConformanceCase } from "../case.ts";
import { activationCases } from "./activation.ts";
import { attentionCases } from "./attention.ts";
import { crossEntropyCases } from "./cross_entropy.ts";
import { determinismCases } from "./determinism.ts";
import { elementwiseCases } from "./elementwise.ts";
import { errorCases } from "./errors.ts";
import { indexingCases } from "./indexing.ts";
import { layerNormCases } from "./layer_norm.ts";
import { lifetimeCases } from "./lifetime.ts";
import { linearCases } from "./linear.ts";
import { matmulCases } from "./matmul.ts";
import { movementCases } from "./movement.ts";
import { optimizerCases } from "./optimizer.ts";
import { randomCases } from "./random.ts";
import { reductionCases } from "./reduction.ts";
import { rowCases } from "./rows.ts";
import { storageCases } from "./storage.ts";
import { trainingCases } from "./training.ts";

/** Every promise of the contract that is tested, in the order in which a new backend grows. */
export const conformanceCases: readonly ConformanceCase[] = [
  ...storageCases,
  ...lifetimeCases,
  ...errorCases,
  ...movementCases,
  ...elementwiseCases,
  ...reductionCases,
  ...indexingCases,
  ...matmulCases,
  ...randomCases,
  ...linearCases,
  ...layerNormCases,
  ...activationCases,
  ...attentionCases,
  ...crossEntropyCases,
  ...optimizerCases,
  ...rowCases,
  ...determinismCases,
  ...trainingCases,
];
