/** A sentence and what it is about. */
export interface SmallExample {
  text: string;
  label: string;
}

const topics: Readonly<Record<string, readonly string[]>> = {
  food: ["soup", "bread", "cheese", "pepper", "dinner", "apple"],
  sport: ["goal", "match", "referee", "sprint", "league", "racket"],
  weather: ["rain", "storm", "sunny", "cloud", "snow", "wind"],
};
const fillers = ["the", "a", "was", "today", "again", "very", "we", "had", "some", "nice", "late", "old"];

/**
 * Sentences of 4 to 12 words, one or two of them from their topic: small enough to train on in a second, hard enough not
 * to be learned in one step. No two are the same; the topics take turns.
 */
export function smallExamples(count: number, seed = 1): SmallExample[] {
  let state = seed;
  const below = (limit: number) => { // the generator of Numerical Recipes; its high bits are good enough here
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor(state / 2 ** 32 * limit);
  };
  const labels = Object.keys(topics);
  const seen = new Set<string>();
  const examples: SmallExample[] = [];
  while (examples.length < count) {
    const label = labels[examples.length % labels.length];
    const words = Array.from({ length: 4 + below(9) }, () => fillers[below(fillers.length)]);
    for (let i = 0; i < 2; i++) words[below(words.length)] = topics[label][below(6)];
    const text = words.join(" ");
    if (!seen.has(text)) examples.push({ text, label });
    seen.add(text);
  }
  return examples;
}

/** CSV with a header, for texts without quotes and commas. */
export function toCsv(examples: readonly SmallExample[]): string {
  return ["text,label", ...examples.map(({ text, label }) => `${text},${label}`), ""].join("\n");
}

/** TSV without a header: label, text. */
export function toTsv(examples: readonly SmallExample[]): string {
  return examples.map(({ text, label }) => `${label}\t${text}\n`).join("");
}

/** JSON Lines of any objects. */
export function toJsonl(rows: readonly object[]): string {
  return rows.map((row) => JSON.stringify(row) + "\n").join("");
}

const tinyModel = {
  "model-size": 16,
  layers: 1,
  heads: 2,
  "head-dim": 8,
  "feed-forward-size": 32,
  "vocab-size": 200,
  "max-length": 32,
  epochs: 2,
  "batch-size": 16,
  lr: 0.02,
  dropout: 0.1,
  seed: 7,
  threads: 1,
};

/** Flags of train for a model that learns a few dozen sentences in well under a second. */
export function tinyFlags(changes: Readonly<Record<string, string | number>> = {}): string[] {
  return Object.entries({ ...tinyModel, ...changes }).flatMap((
    [name, value],
  ) => [`--${name}`, String(value)]);
}
