/**
 * What encoder and n-grams have to say in the answers, in one sentence; undefined for a model without n-grams.
 *
 * @param share Of the encoder in the logits, 0 … 1.
 */
export function describeShare(share: number | undefined): string | undefined {
  switch (share) {
    case undefined:
      return undefined;
    case 0:
      return "The encoder has no say in the answers: all of them come from the n-grams.";
    case 1:
      return "The n-grams have no say in the answers: all of them come from the encoder.";
    default:
      return `The encoder's share in the logits is ${share.toFixed(2)}; the n-grams have the rest.`;
  }
}
