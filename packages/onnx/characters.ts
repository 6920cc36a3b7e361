import { NGRAM_RULES, ngramCharacter } from "@taxon/text";
import type { Graph, Value } from "./graph.ts";
import { findLast } from "./sorted_table.ts";

/** What a unit belongs to. Boundaries stand in front of each text and behind it. */
export const KINDS = { space: 0, boundary: 1, mark: 2, letter: 3 } as const;

/** Code of a boundary among code points. */
const BOUNDARY = -1;

/** The UTF-16 units of all texts in lower case, one text behind the other, [units] each. */
export interface Units {
  /** How many texts there are, [1]. */
  batch: Value;
  unit: Value;
  /** One of `KINDS`. */
  kind: Value;
  /** Which text it is from. */
  text: Value;
  /** Place of its character in the text, 0 for the boundary in front. */
  place: Value;
  /** 1 for the second unit of a character beyond U+FFFF. */
  half: Value;
}

/** Reads code points, int64 [batch, characters], 0 behind the shorter texts. */
export function readUnits(graph: Graph): Units {
  const characters = graph.input("characters", "int64", ["batch", "characters"]);
  const framed = graph.op("Pad", [characters, graph.integers([0, 1, 0, 1]), graph.integer(BOUNDARY)]);
  const { starts, kinds, shifts } = characterRanges();
  const range = findLast(graph, "characters.starts", starts, framed);
  const kind = graph.op("Gather", [graph.table("characters.kinds", kinds), range]);
  const shift = graph.op("Gather", [graph.table("characters.shifts", shifts), range]);
  const [first, second] = toUtf16(graph, graph.op("Add", [framed, shift]));

  const pair = (a: Value, b: Value) => {
    const [left, right] = [a, b].map((x) => graph.op("Unsqueeze", [x, graph.integers([2])]));
    return graph.op("Concat", [left, right], { axis: 2 }); // [batch, characters + 2, 2]
  };
  const units = pair(first, second);
  const isUnit = graph.op("GreaterOrEqual", [units, graph.integer(0)]);
  const kept = graph.op("Reshape", [isUnit, graph.integers([-1])]);
  const indices = graph.op("NonZero", [isUnit]); // [3, units]
  const index = (axis: number) => graph.op("Gather", [indices, graph.integer(axis)]);
  return {
    batch: graph.op("Shape", [characters], { start: 0, end: 1 }),
    unit: graph.op("Compress", [units, kept]),
    kind: graph.op("Compress", [pair(kind, kind), kept]),
    text: index(0),
    place: index(1),
    half: index(2),
  };
}

/** The units of each code point; in place of a second one that there is not, −1. */
function toUtf16(graph: Graph, code: Value): [Value, Value] {
  const beyond = graph.op("Sub", [code, graph.integer(0x10000)]);
  const isLong = graph.op("GreaterOrEqual", [beyond, graph.integer(0)]);
  const high = graph.op("Add", [graph.op("Div", [beyond, graph.integer(0x400)]), graph.integer(0xd800)]);
  const low = graph.op("Add", [graph.op("Mod", [beyond, graph.integer(0x400)]), graph.integer(0xdc00)]);
  return [graph.op("Where", [isLong, high, code]), graph.op("Where", [isLong, low, graph.integer(-1)])];
}

/** Stretches of code points of the same kind, and with the same way to their lower case. */
function characterRanges(): { starts: number[]; kinds: number[]; shifts: number[] } {
  const starts: number[] = [BOUNDARY];
  const kinds: number[] = [KINDS.boundary];
  const shifts = [NGRAM_RULES.boundary.codePointAt(0)! - BOUNDARY];
  for (let code = 0; code <= 0x10ffff; code++) {
    const { lower, kind } = ngramCharacter(code);
    if (KINDS[kind] === kinds.at(-1) && lower - code === shifts.at(-1)) continue;
    starts.push(code);
    kinds.push(KINDS[kind]);
    shifts.push(lower - code);
  }
  return { starts, kinds, shifts };
}
