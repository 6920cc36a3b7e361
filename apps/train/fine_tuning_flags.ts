/** Flags that say how a pretrained model is trained; all need --from. */
export const fineTuningFlags = {
  trainLayers: {
    type: "number",
    integer: true,
    min: 0,
    description:
      "With --from: train only the top N layers and the head; 0: the head, on features computed once",
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
} as const;
