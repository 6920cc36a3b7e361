import type { AlignedText } from "../aligned_text.ts";
import type { MatchRange } from "../regex/linear_regex.ts";

/** What becomes of the matches of a pattern that separates words. */
export const SPLIT_BEHAVIORS = [
  "Removed",
  "Isolated",
  "MergedWithPrevious",
  "MergedWithNext",
  "Contiguous",
] as const;

/** One of {@linkcode SPLIT_BEHAVIORS}. */
export type SplitBehavior = typeof SPLIT_BEHAVIORS[number];

interface Piece {
  start: number;
  end: number;
  readonly isMatch: boolean;
}

/**
 * Splits a text at matches; no piece is empty.
 *
 * @param source The text.
 * @param matches Where the pattern matches, from left to right.
 * @param behavior What becomes of the matches.
 * @param invert Whether what lies between the matches counts as match.
 */
export function splitByMatches(
  source: AlignedText,
  matches: readonly MatchRange[],
  behavior: SplitBehavior,
  invert = false,
): AlignedText[] {
  const pieces = merged(allPieces(source.text.length, matches, invert), behavior);
  return pieces.filter(({ start, end }) => start < end).map(({ start, end }) => source.slice(start, end));
}

function allPieces(length: number, matches: readonly MatchRange[], invert: boolean): Piece[] {
  const pieces: Piece[] = [];
  let done = 0;
  for (const [start, end] of matches) {
    if (done < start) pieces.push({ start: done, end: start, isMatch: invert });
    pieces.push({ start, end, isMatch: !invert });
    done = end;
  }
  if (done < length) pieces.push({ start: done, end: length, isMatch: invert });
  return pieces;
}

function merged(pieces: Piece[], behavior: SplitBehavior): Piece[] {
  switch (behavior) {
    case "Isolated":
      return pieces;
    case "Removed":
      return pieces.filter(({ isMatch }) => !isMatch);
    case "Contiguous":
      return join(pieces, (piece, previousIsMatch) => piece.isMatch === previousIsMatch);
    case "MergedWithPrevious":
      return join(pieces, (piece, previousIsMatch) => piece.isMatch && !previousIsMatch);
    case "MergedWithNext":
      return join(pieces.reverse(), (piece, previousIsMatch) => piece.isMatch && !previousIsMatch).reverse();
  }
}

/** Joins each piece with the one before it in the list where `joins` says so. */
function join(pieces: Piece[], joins: (piece: Piece, previousIsMatch: boolean) => boolean): Piece[] {
  const out: Piece[] = [];
  let previousIsMatch = false;
  for (const piece of pieces) {
    const last = out.at(-1);
    if (last && joins(piece, previousIsMatch)) {
      last.start = Math.min(last.start, piece.start);
      last.end = Math.max(last.end, piece.end);
    } else out.push({ ...piece });
    previousIsMatch = piece.isMatch;
  }
  return out;
}
