import type { PlacedNgram } from "@taxon/explain";
import type { NgramCounts } from "@taxon/decision";
import { countNgrams, type Encoding, joinPair, visitNgrams } from "@taxon/text";

/** A text or a pair, whose second text is not empty. */
interface Input {
  text: string;
  textPair?: string;
}

/**
 * N-grams of the part of an input that its tokens cover, so that they see no more of a cut text than the encoder.
 */
export function ngramsOf(input: Input, encoding: Encoding): NgramCounts {
  return countNgrams(readText(input, encoding).text);
}

/**
 * The same n-grams by their places; one that covers no token counts for the first, which is special in most models.
 *
 * @param input A text or a pair, whose second text is not empty.
 */
export function placedNgrams(input: { text: string; textPair?: string }, encoding: Encoding): PlacedNgram[] {
  const placed: PlacedNgram[] = [];
  const { text, starts } = readText(input, encoding);
  const tokenAt = new Int32Array(text.length).fill(-1);
  encoding.offsetsUtf16.forEach(([start, end], token) => {
    if (encoding.specialTokensMask[token]) return;
    const shift = starts[encoding.sequenceIds[token]!];
    tokenAt.fill(token, start + shift, end + shift);
  });
  visitNgrams(text, ({ block, bucket, start, end }) => {
    const tokens = [...new Set(tokenAt.subarray(start, end))].filter((token) => token >= 0);
    placed.push({ block, bucket, tokens: tokens.length > 0 ? tokens : [0] });
  });
  return placed;
}

/** What the model reads of an input as one text, and by how much places in text and pair are shifted in it. */
function readText(
  { text, textPair }: Input,
  encoding: Encoding,
): { text: string; starts: [number, number] } {
  const [from, to] = encoding.truncated ? stretchOf(encoding, 0) : [0, text.length];
  const first = text.slice(from, to);
  if (textPair === undefined) return { text: first, starts: [-from, 0] };
  const [pairFrom, pairTo] = encoding.truncated ? stretchOf(encoding, 1) : [0, textPair.length];
  const second = textPair.slice(pairFrom, pairTo);
  const joined = joinPair(first, second);
  return { text: joined, starts: [-from, joined.length - second.length - pairFrom] };
}

/** From the first to the last token of a text. */
function stretchOf(
  { offsetsUtf16, specialTokensMask, sequenceIds }: Encoding,
  sequence: number,
): [number, number] {
  const own = offsetsUtf16.filter((_, i) => !specialTokensMask[i] && sequenceIds[i] === sequence);
  if (own.length === 0) return [0, 0];
  return [Math.min(...own.map(([start]) => start)), Math.max(...own.map(([, end]) => end))];
}
