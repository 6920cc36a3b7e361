import { scoreRows } from "@taxon/classifier";
import type { EncoderClassifierConfig } from "@taxon/model";
import {
  fitSigmoidTemperature,
  fitTemperature,
  type OnProgress,
  type TemperatureFit,
  tuneThresholds,
} from "@taxon/train";

/**
 * The config with temperature and thresholds fitted on logits of rows that were not trained on.
 *
 * @param logits [rows, labels]
 * @param targets As `targetsOf` makes them.
 */
export function calibrate(
  config: EncoderClassifierConfig,
  logits: Float32Array,
  targets: Float32Array,
  onProgress?: OnProgress,
): EncoderClassifierConfig {
  switch (config.problemType) {
    case "single_label_classification": {
      const { length } = config.labels;
      return { ...config, temperature: rounded(fitTemperature(logits, targets, length, { onProgress })) };
    }
    case "multi_label_classification": {
      const calibrated = {
        ...config,
        temperature: rounded(fitSigmoidTemperature(logits, targets, { onProgress })),
      };
      const thresholds = tuneThresholds(scoreRows(logits, calibrated), targets, config.labels.length);
      return { ...calibrated, thresholds };
    }
    case "regression":
      return config;
  }
}

/** More digits would claim what no split can tell. */
function rounded({ temperature }: TemperatureFit): number {
  return Number(temperature.toPrecision(3));
}
