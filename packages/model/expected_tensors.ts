import { metaBackend, type Shape, withBackend } from "@taxon/tensor";
import { EncoderClassifier } from "./classifier.ts";
import type { EncoderClassifierConfig } from "./config.ts";
import { storedName, type TensorNames } from "./hugging_face/names.ts";

/** A tensor that a checkpoint should hold. */
export interface ExpectedTensor {
  /** What its rows fill, in order. */
  parameters: string[];
  shape: Shape;
}

/** What a checkpoint of this architecture and configuration holds, by name without prefix; nothing is allocated. */
export function expectedTensors(
  config: EncoderClassifierConfig,
  names: TensorNames,
): Map<string, ExpectedTensor> {
  const model = withBackend(metaBackend, () => new EncoderClassifier(config));
  const expected = new Map<string, ExpectedTensor>();
  for (const [parameter, { shape }] of model.namedParameters()) {
    const name = storedName(parameter, names);
    const above = expected.get(name);
    if (above === undefined) expected.set(name, { parameters: [parameter], shape });
    else {
      above.parameters.push(parameter);
      above.shape = [above.shape[0] + shape[0], ...shape.slice(1)];
    }
  }
  return expected;
}
