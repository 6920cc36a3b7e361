import { NGRAM_RULES } from "@taxon/text";
import { KINDS, type Units } from "./characters.ts";
import type { Graph, Value } from "./graph.ts";
import { bucketOf, mix } from "./ngram_hash.ts";

/** N-grams as they stand in the texts, [n-grams] each. */
export interface Occurrences {
  /** Bucket, with those of characters behind those of words; −1: there is no n-gram here. */
  key: Value;
  /** Which text it is from. */
  text: Value;
}

const SPACE = " ".charCodeAt(0);

/** Words, and pairs of words, boundaries being words too. */
export function wordNgrams(graph: Graph, units: Units): Occurrences[] {
  const { start, last } = findWords(graph, units);
  const zero = graph.integer(0);
  const at = (x: Value) => graph.op("Gather", [x, start]);
  const begin = graph.op("Expand", [graph.integer(NGRAM_RULES.hash.words), graph.op("Shape", [start])]);
  const single = hashWords(graph, units, { start, last }, begin);
  const joined = mix(graph, turn(graph, single, -1), graph.integer(SPACE)); // the word before and a space
  const double = hashWords(graph, units, { start, last }, joined);
  const isWord = graph.op("GreaterOrEqual", [at(units.kind), graph.integer(KINDS.mark)]);
  const hasWordBefore = graph.op("Greater", [at(units.place), zero]);
  return [{ isThere: isWord, hash: single }, { isThere: hasWordBefore, hash: double }].map((
    { isThere, hash },
  ) => ({ key: keyOf(graph, isThere, bucketOf(graph, hash)), text: at(units.text) }));
}

interface Words {
  /** First unit of each word. */
  start: Value;
  /** How many units follow it. */
  last: Value;
}

function findWords(graph: Graph, { kind, half }: Units): Words {
  const is = (name: keyof typeof KINDS) => graph.op("Equal", [kind, graph.integer(KINDS[name])]);
  const isLetter = is("letter");
  const goesOn = graph.op("Or", [
    graph.op("And", [isLetter, turn(graph, isLetter, -1)]),
    graph.op("Equal", [half, graph.integer(1)]),
  ]);
  const isSpace = is("space");
  const isStart = graph.op("Not", [graph.op("Or", [isSpace, goesOn])]);
  const isBeforeBreak = turn(graph, graph.op("Or", [isSpace, isStart]), 1);
  const isLast = graph.op("And", [graph.op("Not", [isSpace]), isBeforeBreak]);
  const places = (mask: Value) => graph.op("Gather", [graph.op("NonZero", [mask]), graph.integer(0)]);
  const start = places(isStart);
  return { start, last: graph.op("Sub", [places(isLast), start]) };
}

/** Hashes on with each unit of the words: the first of all words, the second of those that have one, …. */
function hashWords(graph: Graph, { unit }: Units, { start, last }: Words, begin: Value): Value {
  const longest = graph.op("ReduceMax", [last], { keepdims: 0 });
  return graph.loop(graph.op("Add", [longest, graph.integer(1)]), begin, (turn, hash) => {
    const place = graph.op("Add", [start, graph.op("Min", [turn, last])]);
    const mixed = mix(graph, hash, graph.op("Gather", [unit, place]));
    return graph.op("Where", [graph.op("LessOrEqual", [turn, last]), mixed, hash]);
  });
}

/** Characters within words with a space at both ends: those that begin at each unit, for each length. */
export function characterNgrams(graph: Graph, { unit, kind, text }: Units): Occurrences[] {
  const { minLetters, maxLetters, hash: { characters } } = NGRAM_RULES;
  const isSpace = graph.op("LessOrEqual", [kind, graph.integer(KINDS.boundary)]);
  const letter = graph.op("Where", [isSpace, graph.integer(SPACE), unit]);
  let hash = mix(graph, graph.integer(characters), letter);
  let isCut = isSpace; // by a space that is not at an end
  const occurrences: Occurrences[] = [];
  for (let length = 2; length <= maxLetters; length++) {
    hash = mix(graph, hash, turn(graph, letter, length - 1));
    isCut = length === 2
      ? graph.op("And", [isSpace, turn(graph, isSpace, 1)])
      : graph.op("Or", [isCut, turn(graph, isSpace, length - 2)]);
    if (length < minLetters) continue;
    const isThere = graph.op("Not", [isCut]);
    const bucket = graph.op("Add", [bucketOf(graph, hash), graph.integer(NGRAM_RULES.buckets)]);
    occurrences.push({ key: keyOf(graph, isThere, bucket), text });
  }
  return occurrences;
}

function keyOf(graph: Graph, isThere: Value, bucket: Value): Value {
  return graph.op("Where", [isThere, bucket, graph.integer(-1)]);
}

/** In each place what stands `by` places behind it; the first follow the last, which are boundaries both. */
function turn(graph: Graph, x: Value, by: number): Value {
  const slice = (from: number, to: number) => {
    return graph.op("Slice", [x, graph.integers([from]), graph.integers([to]), graph.integers([0])]);
  };
  return graph.op("Concat", [slice(by, END), slice(0, by)], { axis: 0 });
}

/** Slices end at the last place at the latest. */
const END = 2 ** 31 - 1;
