import type { Classifier, ClassifierInfo, Encoding, TextInput, Token } from "./classifier.ts";
import { sigmoid, softmax } from "@taxon/decision";

/** Begin and end of every encoding of {@linkcode fakeClassifier}. */
export const [BEGIN, END] = [1, 2];

/** Id of the fake token of a word: its length, above the special tokens. */
export const wordId = (word: string): number => 2 + word.length;

/**
 * A classifier for tests, whose logits can be written down by hand: a token is a word, its id the word's length + 2,
 * and the logits are [words of the text, words of its pair, longest word]. Records the batches that it gets.
 */
export function fakeClassifier(given: Partial<ClassifierInfo> = {}): Classifier & { batches: string[][] } {
  const info: ClassifierInfo = {
    id: "fake",
    modelId: "tests/fake",
    labels: ["words", "pair", "longest"],
    problemType: "single_label_classification",
    maxTokens: 16,
    longText: "truncate",
    vocabSize: 1000,
    dtype: "float32",
    backend: "cpu",
    ...given,
  };
  const batches: string[][] = [];
  return {
    info,
    batches,
    encode: (inputs, { maxTokens, truncationDirection }) =>
      Promise.resolve(inputs.map((input) => encode(input, maxTokens, truncationDirection === "left"))),
    tokenize: (texts, { addSpecialTokens, maxTokens }) =>
      Promise.resolve(texts.map((text) => {
        const tokens = tokenize(text, addSpecialTokens);
        const json = new TextEncoder().encode(JSON.stringify(tokens));
        return tokens.length > maxTokens ? undefined : { length: tokens.length, json };
      })),
    decode: (lists, { skipSpecialTokens }) =>
      Promise.resolve(lists.map((ids) => decode(ids, skipSpecialTokens))),
    infer(batch: readonly Encoding[]) {
      batches.push(batch.map(({ ids }) => ids.join(" ")));
      return Promise.resolve({ logits: Float32Array.from(batch.flatMap(logits)) });
    },
    scores: (row) =>
      info.problemType === "regression"
        ? row
        : info.problemType === "multi_label_classification"
        ? sigmoid(row)
        : softmax(row),
  };
}

function encode({ text, textPair }: TextInput, maxTokens: number, left: boolean): Encoding {
  const words = (part: string) => Array.from(part.matchAll(/\S+/g), ([word]) => wordId(word));
  const first = [BEGIN, ...words(text), END];
  const second = textPair === undefined ? [] : [...words(textPair), END];
  const ids = Int32Array.from([...first, ...second]);
  const typeIds = Int32Array.from(ids, (_, i) => i < first.length ? 0 : 1);
  const range: [number, number?] = left ? [Math.max(0, ids.length - maxTokens)] : [0, maxTokens];
  return { ids: ids.slice(...range), typeIds: typeIds.slice(...range), totalTokens: ids.length };
}

function tokenize(text: string, addSpecialTokens: boolean): Token[] {
  const special = (id: number, name: string) => ({ id, text: name, special: true, start: null, stop: null });
  const words = Array.from(text.matchAll(/\S+/g), ({ 0: word, index }) => {
    const start = [...text.slice(0, index)].length;
    return { id: wordId(word), text: word, special: false, start, stop: start + [...word].length };
  });
  return addSpecialTokens ? [special(BEGIN, "[CLS]"), ...words, special(END, "[SEP]")] : words;
}

function decode(ids: readonly number[], skipSpecialTokens: boolean): string {
  const shown = ids.filter((id) => !skipSpecialTokens || id > END);
  return shown.map((id) => id > END ? "x".repeat(id - 2) : `<${id}>`).join(" ");
}

function logits({ ids, typeIds }: Encoding): number[] {
  const words = Array.from(ids, (id, i) => ({ id, pair: typeIds![i] === 1 })).filter(({ id }) => id > END);
  const longest = Math.max(0, ...words.map(({ id }) => id - 2));
  return [words.filter((word) => !word.pair).length, words.filter((word) => word.pair).length, longest];
}
