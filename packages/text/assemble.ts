import { Encoding, type EncodingPart, type TokenSequence } from "./encoding.ts";
import type { TemplatePiece } from "./post_processors/post_processor.ts";
import { keptLengths, type Truncation, type Window, windows } from "./truncation.ts";

/**
 * Truncates one or two token sequences and puts them into a template.
 *
 * @param sequences The tokens of the text, or of the text and its pair.
 * @param template Where they and the special tokens go.
 * @param truncation How to cut; `undefined` for not at all.
 * @param idToToken Looks up a token.
 * @throws {RangeError} If `truncation.maxLength` has no room for the special tokens, or the strategy cannot be met.
 */
export function assemble(
  sequences: readonly TokenSequence[],
  template: readonly TemplatePiece[],
  truncation: Truncation | undefined,
  idToToken: (id: number) => string,
): Encoding {
  const lengths = sequences.map(({ ids }) => ids.length);
  const cuts = truncation
    ? cut(lengths, template, truncation)
    : lengths.map((length): Window[] => [[0, length]]);
  const kept = cuts.reduce((sum, [[start, end]]) => sum + end - start, 0);
  const truncatedTokens = lengths.reduce((sum, length) => sum + length, 0) - kept;

  const fill = (chosen: readonly Window[], overflow?: () => Encoding[]): Encoding =>
    new Encoding(
      template.map((piece) => fillPiece(piece, sequences, chosen)),
      truncatedTokens,
      idToToken,
      overflow,
    );
  const [first, ...rest] = combinations(cuts);
  return fill(first, () => rest.map((chosen) => fill(chosen)));
}

function cut(
  lengths: readonly number[],
  template: readonly TemplatePiece[],
  truncation: Truncation,
): readonly Window[][] {
  const { maxLength, strategy = "longest_first" } = truncation;
  const specials = template.reduce(
    (sum, piece) => sum + ("specialIds" in piece ? piece.specialIds.length : 0),
    0,
  );
  if (!Number.isSafeInteger(maxLength) || maxLength < specials) {
    throw new RangeError(
      `Cannot truncate to ${maxLength} tokens: ${specials} special tokens are added; use at least that many`,
    );
  }
  const kept = keptLengths(lengths, maxLength - specials, strategy);
  return lengths.map((length, i) => windows(length, kept[i], truncation));
}

function fillPiece(
  piece: TemplatePiece,
  sequences: readonly TokenSequence[],
  chosen: readonly Window[],
): EncodingPart {
  const { typeId } = piece;
  if ("specialIds" in piece) return { kind: "special", ids: piece.specialIds, typeId };
  const [start, end] = chosen[piece.sequence];
  return { kind: "text", source: sequences[piece.sequence], sequence: piece.sequence, start, end, typeId };
}

/** The kept windows, then every other choice of one window a text, in the order of Python `tokenizers`. */
function combinations(cuts: readonly Window[][]): Window[][] {
  const [first, second] = cuts;
  if (!second) return first.map((window) => [window]);
  const overflowing = first.slice(1).flatMap((a) => second.map((b) => [a, b]));
  return [[first[0], second[0]], ...overflowing, ...second.slice(1).map((b) => [first[0], b])];
}
