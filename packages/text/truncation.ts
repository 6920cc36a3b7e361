import { type Json, type JsonObject, ObjectReader } from "./json.ts";

/** How a sequence that is too long is cut. */
export interface Truncation {
  /** Most tokens of the result, special tokens included. */
  readonly maxLength: number;
  /** Tokens that an overflowing window repeats from the one before it; default 0. */
  readonly stride?: number;
  /** Which of two texts is cut; default `longest_first`. */
  readonly strategy?: TruncationStrategy;
  /** The side that is cut off; default `right`. */
  readonly direction?: "left" | "right";
}

/** Which text is cut: the longer one until both are equally long, or always the same one. */
export type TruncationStrategy = "longest_first" | "only_first" | "only_second";

/** A range of tokens, [start, end). */
export type Window = readonly [start: number, end: number];

/**
 * The number of tokens to keep of each text so that all fit.
 *
 * @param lengths Tokens of the first and, if there is one, the second text.
 * @param available Tokens that may be kept in all.
 * @param strategy Which text gives way.
 * @throws {RangeError} If the one text that may be cut is too short to make room.
 */
export function keptLengths(
  lengths: readonly number[],
  available: number,
  strategy: TruncationStrategy,
): readonly number[] {
  const total = lengths.reduce((sum, length) => sum + length, 0);
  const excess = total - available;
  if (excess <= 0) return lengths;
  if (strategy === "longest_first") return shortenLongest(lengths, available);
  const target = strategy === "only_first" ? 0 : 1;
  if (target >= lengths.length) {
    throw new RangeError(`Cannot truncate by "${strategy}": there is only one text; use "longest_first"`);
  }
  if (available > 0 && lengths[target] <= excess) {
    throw new RangeError(
      `Cannot truncate ${
        lengths.join(" + ")
      } tokens to ${available} by "${strategy}": the text that may be cut ` +
        `would vanish; use "longest_first" or raise maxLength`,
    );
  }
  return lengths.map((length, i) => available === 0 ? 0 : i === target ? length - excess : length);
}

/** The shorter text stays whole if it fits into half of the room; else both get half, the odd one to the longer. */
function shortenLongest(lengths: readonly number[], available: number): readonly number[] {
  if (lengths.length === 1) return [available];
  const shorter = lengths[0] > lengths[1] ? 1 : 0;
  const half = Math.floor(available / 2);
  const short = Math.min(lengths[shorter], half);
  return shorter === 0 ? [short, available - short] : [available - short, short];
}

/**
 * The window of `size` out of `length` tokens that is kept.
 *
 * @throws {RangeError} If the stride leaves no token that is new in the next window.
 */
export function firstWindow(length: number, size: number, truncation: Truncation): Window {
  const { stride = 0, direction = "right" } = truncation;
  if (size > 0 && size < length && stride >= size) {
    throw new RangeError(
      `Cannot truncate with stride ${stride}: a window has room for ${size} tokens beside the special ones; ` +
        `use a stride below that`,
    );
  }
  return direction === "right" ? [0, Math.min(size, length)] : [Math.max(0, length - size), length];
}

/** The windows of `size` over `length` tokens: the one that is kept first, then those that overflow. */
export function windows(length: number, size: number, truncation: Truncation): Window[] {
  const { stride = 0, direction = "right" } = truncation;
  const out = [firstWindow(length, size, truncation)];
  if (length <= size) return out;
  if (size === 0) return [...out, [0, length]];
  for (let skipped = size - stride, reach = size; reach < length; skipped += size - stride) {
    reach = Math.min(skipped + size, length);
    out.push(direction === "right" ? [skipped, reach] : [length - reach, length - skipped]);
  }
  return out;
}

const STRATEGIES = {
  LongestFirst: "longest_first",
  OnlyFirst: "only_first",
  OnlySecond: "only_second",
} as const;
const STRATEGY_NAMES = Object.keys(STRATEGIES) as (keyof typeof STRATEGIES)[];

/** Reads the `truncation` of a tokenizer.json. */
export function readTruncation(json: Json | undefined, path: string): Truncation {
  const fields = new ObjectReader(json, path);
  const truncation: Truncation = {
    maxLength: fields.count("max_length"),
    stride: fields.count("stride"),
    strategy: STRATEGIES[fields.oneOf("strategy", STRATEGY_NAMES)],
    direction: fields.oneOf("direction", ["Left", "Right"], "Right") === "Left" ? "left" : "right",
  };
  fields.done();
  return truncation;
}

/** The `truncation` of a tokenizer.json. */
export function writeTruncation(truncation: Truncation): JsonObject {
  const { maxLength, stride = 0, strategy = "longest_first", direction = "right" } = truncation;
  return {
    direction: direction === "left" ? "Left" : "Right",
    max_length: maxLength,
    strategy: STRATEGY_NAMES.find((name) => STRATEGIES[name] === strategy)!,
    stride,
  };
}
