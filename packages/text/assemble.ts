import { Encoding, type EncodingPart, type TokenSequence } from "./encoding.ts";
import type { OffsetTrimming } from "./offset_trimming.ts";
import type { TemplatePiece } from "./post_processors/post_processor.ts";
import { firstWindow, keptLengths, type Truncation, type Window, windows } from "./truncation.ts";

/**
 * Truncates one or two token sequences and puts them into a template.
 *
 * @param sequences The tokens of the text, or of the text and its pair.
 * @param template Where they and the special tokens go.
 * @param trimmings How offsets leave out white space.
 * @param truncation How to cut; `undefined` for not at all.
 * @param idToToken Looks up a token.
 * @throws {RangeError} If `truncation.maxLength` has no room for the special tokens, or the strategy cannot be met.
 */
export function assemble(
  sequences: readonly TokenSequence[],
  template: readonly TemplatePiece[],
  trimmings: readonly OffsetTrimming[],
  truncation: Truncation | undefined,
  idToToken: (id: number) => string,
): Encoding {
  const lengths = sequences.map(({ ids }) => ids.length);
  const kept = truncation ? roomFor(lengths, template, truncation) : lengths;
  const truncatedTokens = sum(lengths) - sum(kept);
  const fill = (chosen: readonly Window[], overflow?: () => Encoding[]): Encoding =>
    new Encoding(
      template.map((piece) => fillPiece(piece, sequences, chosen, trimmings)),
      truncatedTokens,
      idToToken,
      overflow,
    );
  if (!truncation || truncatedTokens === 0) return fill(lengths.map((length): Window => [0, length]));
  return fill(
    lengths.map((length, i) => firstWindow(length, kept[i], truncation)),
    () =>
      overflowing(lengths.map((length, i) => windows(length, kept[i], truncation))).map((chosen) =>
        fill(chosen)
      ),
  );
}

/** The number of tokens to keep of each text. */
function roomFor(
  lengths: readonly number[],
  template: readonly TemplatePiece[],
  truncation: Truncation,
): readonly number[] {
  const { maxLength, strategy = "longest_first" } = truncation;
  const specials = sum(template.map((piece) => "specialIds" in piece ? piece.specialIds.length : 0));
  if (!Number.isSafeInteger(maxLength) || maxLength < specials) {
    throw new RangeError(
      `Cannot truncate to ${maxLength} tokens: ${specials} special tokens are added; use at least that many`,
    );
  }
  return keptLengths(lengths, maxLength - specials, strategy);
}

function fillPiece(
  piece: TemplatePiece,
  sequences: readonly TokenSequence[],
  chosen: readonly Window[],
  trimmings: readonly OffsetTrimming[],
): EncodingPart {
  const { typeId } = piece;
  if ("specialIds" in piece) return { kind: "special", ids: piece.specialIds, typeId };
  const [start, end] = chosen[piece.sequence];
  const source = sequences[piece.sequence];
  return { kind: "text", source, sequence: piece.sequence, start, end, typeId, trimmings };
}

/** Every choice of one window a text but the first, in the order of Python `tokenizers`. */
function overflowing([first, second]: readonly Window[][]): Window[][] {
  if (!second) return first.slice(1).map((window) => [window]);
  return [
    ...first.slice(1).flatMap((a) => second.map((b) => [a, b])),
    ...second.slice(1).map((b) => [first[0], b]),
  ];
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
