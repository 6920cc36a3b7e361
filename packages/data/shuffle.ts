/**
 * A permutation of `items` that depends only on their number, `seed` and `stream`.
 *
 * @param stream Names what is shuffled, so that two shuffles with one seed are independent.
 */
export function shuffle<T>(items: readonly T[], seed: number, stream: string): T[] {
  const random = splitMix32(hash(stream) ^ (seed >>> 0) ^ Math.imul(Math.floor(seed / 2 ** 32), 0x9e3779b9));
  const out = [...items];
  for (let i = out.length - 1; i > 0; i--) {
    const j = Math.floor(random() * 2 ** -32 * (i + 1));
    [out[i], out[j]] = [out[j], out[i]];
  }
  return out;
}

/** SplitMix with 32-bit state (Steele et al. 2014) and the finaliser of MurmurHash3; enough for shuffling rows. */
function splitMix32(state: number): () => number {
  return () => {
    state = (state + 0x9e3779b9) | 0;
    let z = state;
    z = Math.imul(z ^ (z >>> 16), 0x85ebca6b);
    z = Math.imul(z ^ (z >>> 13), 0xc2b2ae35);
    return (z ^ (z >>> 16)) >>> 0;
  };
}

/** FNV-1a over UTF-16 units. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) value = Math.imul(value ^ text.charCodeAt(i), 0x01000193);
  return value;
}
