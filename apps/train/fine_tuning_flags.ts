import { inGroup } from "@taxon/app-shared";

/** Flags that say how a pretrained model is trained; all need --from. */
export const fineTuningFlags = inGroup("training", {
  trainLayers: {
    type: "number",
    integer: true,
    min: 0,
    description:
      "With --from: train only the top N layers and the head; 0: the head, on features computed once",
  },
  lora: {
    type: "number",
    integer: true,
    min: 1,
    max: 1024,
    placeholder: "RANK",
    description: "With --from: train updates of that rank beside the attention projections, and the head",
  },
  loraAlpha: {
    type: "number",
    min: 0.01,
    default: 16,
    description: "With --lora: the updates are multiplied by alpha / rank",
  },
  layerDecay: {
    type: "number",
    min: 0.01,
    max: 1,
    default: 1,
    description: "With --from: factor of the learning rate from each layer to the one below it",
  },
  headLearningRate: {
    type: "number",
    min: 0,
    placeholder: "RATE",
    description: "With --from: peak learning rate of the new head (default --lr)",
  },
});
