import type { Explanation } from "@taxon/decision";

/** An explanation of "a river bank" with chosen sizes, for tests. */
export function fakeExplanation(
  { layers = 2, heads = 2, included = [0, 1], ...given }:
    & { layers?: number; heads?: number; included?: number[] }
    & Partial<Explanation> = {},
): Explanation {
  const text = "a river bank";
  const special = (name: string) => ({ text: name, special: true, sequence: null, start: null, end: null });
  const word = (start: number, end: number) =>
    ({ text: text.slice(start, end), special: false, sequence: 0, start, end }) as const;
  const tokens = [special("[CLS]"), word(0, 1), word(2, 7), word(8, 12), special("[SEP]")];
  const figures = (value: number) =>
    Array.from({ length: layers }, () => new Array<number>(heads).fill(value));
  return {
    text,
    tokens,
    labels: ["nature", "money"],
    scores: [0.75, 0.25],
    predicted: "nature",
    problemType: "single_label_classification",
    truncated: false,
    attention: {
      layers,
      heads,
      tokens: tokens.length,
      encoding: "u8",
      included: included.map((layer) => ({ layer, data: weights(heads, tokens.length, layer) })),
    },
    statistics: {
      entropy: figures(1.2),
      special: figures(0.4),
      previous: figures(0.2),
      next: figures(0.1),
      self: figures(0.3),
    },
    ...given,
  };
}

/** Each query looks mostly at one key, which depends on head and layer. */
function weights(heads: number, tokens: number, layer: number): string {
  const bytes = new Uint8Array(heads * tokens * tokens);
  for (let head = 0; head < heads; head++) {
    for (let query = 0; query < tokens; query++) {
      for (let key = 0; key < tokens; key++) {
        const strong = key === (query + head + layer) % tokens;
        const weight = strong ? 0.6 : 0.4 / (tokens - 1);
        bytes[(head * tokens + query) * tokens + key] = Math.round(255 * Math.sqrt(weight));
      }
    }
  }
  let binary = "";
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return btoa(binary);
}
