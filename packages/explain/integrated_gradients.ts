import { valueAndGrad } from "@taxon/autograd";
import { type EncodedText, type EncoderClassifier, packBatch, predictLogits } from "@taxon/model";
import { add, mul, slice, sub, sum, tensor } from "@taxon/tensor";
import { gaussLegendre } from "./gauss_legendre.ts";

/** What is explained, and how exactly. */
export interface IntegratedGradientsOptions {
  /** Index of the label whose logit is explained. */
  label: number;
  /** Token ids of the text without its meaning, [tokens]: `[MASK]` for each word, special tokens as they are. */
  baseline: ArrayLike<number>;
  /** Most points of the path; default 256. */
  maxSteps?: number;
  /** Tokens differentiated at once: more is faster and takes more memory; default 1024. */
  maxBatchTokens?: number;
}

/** What each token adds to a logit, and how well that holds. */
export interface IntegratedGradients {
  /** One a token, in units of the logit; 0 where text and baseline agree. */
  values: Float64Array;
  /** The text's logit minus the baseline's, which the values sum to in theory. */
  logitChange: number;
  /** |sum of the values − logitChange|. */
  completenessError: number;
  /** Whether the error is within 5 % of the change or 0.02, whichever is larger. */
  complete: boolean;
  /** Points of the path at which gradients were taken. */
  steps: number;
}

const FIRST_STEPS = 16;

/**
 * Integrated gradients of a logit over the token embeddings (Sundararajan et al. 2017, equation 1), on the straight line
 * from the embeddings of `baseline` to those of the text, with Gauss–Legendre points. Their number doubles from 16 until
 * the values sum to the change of the logit (their axiom of completeness), or `maxSteps` is reached.
 *
 * @throws {RangeError} If the baseline has another length, or the gradients are not finite.
 */
export async function integratedGradients(
  model: EncoderClassifier,
  text: EncodedText,
  { label, baseline, maxSteps = 256, maxBatchTokens = 1024 }: IntegratedGradientsOptions,
): Promise<IntegratedGradients> {
  const tokens = text.ids.length;
  if (baseline.length !== tokens) {
    throw new RangeError(
      `Cannot integrate from a baseline of ${baseline.length} tokens to a text of ${tokens}: give one id a token`,
    );
  }
  const labels = model.config.labels.length;
  const logits = await predictLogits(model, [text, { ...text, ids: baseline }]);
  const logitChange = logits[label] - logits[labels + label];
  for (let steps = Math.min(FIRST_STEPS, maxSteps);; steps = Math.min(2 * steps, maxSteps)) {
    const { points, weights } = gaussLegendre(steps);
    const values = new Float64Array(tokens);
    const atOnce = Math.max(1, Math.floor(maxBatchTokens / tokens));
    for (let from = 0; from < steps; from += atOnce) {
      const slopes = await slopesAt(model, text, {
        label,
        baseline,
        points: points.slice(from, from + atOnce),
      });
      slopes.forEach((slope, i) => values[i % tokens] += weights[from + Math.floor(i / tokens)] * slope);
    }
    const completenessError = Math.abs(values.reduce((a, b) => a + b, 0) - logitChange);
    if (!Number.isFinite(completenessError)) {
      throw new RangeError("Cannot explain the logit: its gradients are not finite; the weights are broken");
    }
    const complete = completenessError <= Math.max(0.05 * Math.abs(logitChange), 0.02);
    if (complete || steps === maxSteps) return { values, logitChange, completenessError, complete, steps };
  }
}

/**
 * Slopes of the logit at points of the path, one a token, [points, tokens]. Each token has a gate g that moves its
 * embedding from the baseline's (0) to the text's (1); the slope by the gate is (x − x′) · ∂logit/∂x, summed over features.
 */
async function slopesAt(
  model: EncoderClassifier,
  text: EncodedText,
  { label, baseline, points }: { label: number; baseline: ArrayLike<number>; points: Float64Array },
): Promise<Float32Array> {
  const batch = packBatch(new Array(points.length).fill(text));
  const { embedding } = model.base;
  const onDevice = (data: Int32Array | Float32Array, shape: number[]) =>
    tensor(data, shape, { backend: embedding.weight.backend });
  const positions = batch.ids.length;
  using gates = onDevice(Float32Array.from(batch.sequences, (s) => points[s]), [positions, 1]);
  const { value, grads: [slopes] } = valueAndGrad([gates], () => {
    const end = embedding.forward(onDevice(batch.ids, [positions])); // [points · tokens, model]
    const baselineIds = Int32Array.from(batch.positions, (i) => baseline[i]);
    const start = embedding.forward(onDevice(baselineIds, [positions]));
    const { logits } = model.forward(batch, { embeddings: add(start, mul(sub(end, start), gates)) });
    return sum(slice(logits, [0, label], [points.length, 1])); // each text's logit depends on its own gates only
  });
  value.dispose();
  using owned = slopes!;
  return await owned.data();
}
