import { createCpuBackend } from "@taxon/backend-cpu";
import { useBackend } from "@taxon/tensor";
import { attendedFigure, probabilityFigure } from "./classifier.ts";
import { encoderLayerFigure, torchMasksFigure } from "./layers.ts";
import { manyHeadsFigure, matrixFormFigure, vectorFormFigure } from "./heads.ts";
import { rotaryFigure, sinusoidFigure } from "./positions.ts";
import { embeddingFigure } from "./tokens.ts";
import { trainOnSentences } from "./toy_classifier.ts";

/**
 * All figures of docs/article.md by the name of their file, from real runs on the plain TypeScript tier, where each
 * number comes out the same on every machine.
 */
export async function articleFigures(): Promise<Map<string, string>> {
  using _backend = useBackend(await createCpuBackend({ tier: "reference" }));
  using model = trainOnSentences();
  return new Map([
    ["tokens", embeddingFigure()],
    ["vector_form", vectorFormFigure()],
    ["matrix_form", matrixFormFigure()],
    ["sinusoids", sinusoidFigure()],
    ["rotary", rotaryFigure()],
    ["many_heads", manyHeadsFigure()],
    ["encoder_layer", encoderLayerFigure()],
    ["torch_masks", torchMasksFigure()],
    ["probabilities", probabilityFigure(model)],
    ["attended", attendedFigure(model)],
  ]);
}
