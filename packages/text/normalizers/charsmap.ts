import { show } from "../json.ts";

/** The longest replacement of NFKC, which SentencePiece's rules follow, has 33 bytes. */
const MAX_REPLACEMENT = 1024;

const utf8 = new TextEncoder();

/**
 * The compiled rules of a SentencePiece normalizer: a trie over UTF-8 bytes, as a double array of Darts-clone, from
 * what is replaced to a place in a list of replacements that end with NUL.
 *
 * Layout: u32 size of the trie in bytes, its units (u32), the replacements; little endian.
 */
export class Charsmap {
  readonly #units: Uint32Array;
  readonly #replacements: Uint8Array;
  readonly #known = new Map<string, string | undefined>();

  /**
   * @param base64 The field `precompiled_charsmap`.
   * @throws {SyntaxError} If it is not Base64, the trie does not fit, or the replacements are not UTF-8.
   */
  constructor(base64: string) {
    const bytes = decodeBase64(base64);
    const size = bytes.length < 4 ? 0 : new DataView(bytes.buffer).getUint32(0, true);
    if (size < 4 || size % 4 !== 0 || size > bytes.length - 4) {
      throw new SyntaxError(
        `Cannot load tokenizer: precompiled_charsmap has ${bytes.length} bytes with a trie of ${size}`,
      );
    }
    const view = new DataView(bytes.buffer, 4, size);
    this.#units = Uint32Array.from({ length: size / 4 }, (_, i) => view.getUint32(4 * i, true));
    this.#replacements = bytes.subarray(4 + size);
    try {
      new TextDecoder("utf-8", { fatal: true }).decode(this.#replacements);
    } catch {
      throw new SyntaxError("Cannot load tokenizer: the replacements of precompiled_charsmap are not UTF-8");
    }
  }

  /**
   * What takes the place of `text` by the rule for the shortest beginning that has one, as Python `tokenizers` chooses;
   * `undefined` if there is none.
   */
  replacement(text: string): string | undefined {
    if (this.#known.has(text)) return this.#known.get(text);
    const found = this.#lookUp(text);
    if (this.#known.size < 10_000) this.#known.set(text, found);
    return found;
  }

  #lookUp(text: string): string | undefined {
    const units = this.#units;
    let at = offset(units[0]);
    for (const byte of utf8.encode(text)) {
      at ^= byte;
      const unit = units[at];
      if (byte === 0 || unit === undefined || (unit & 0x800000ff) >>> 0 !== byte) return undefined;
      at ^= offset(unit);
      if (((unit >>> 8) & 1) === 1) return this.#replacementAt((units[at] ?? 0x7fffffff) & 0x7fffffff);
    }
    return undefined;
  }

  #replacementAt(start: number): string {
    if (start > this.#replacements.length) {
      throw new RangeError(
        `Cannot normalize: precompiled_charsmap points to byte ${start} of ${this.#replacements.length}`,
      );
    }
    const ahead = this.#replacements.subarray(start, start + MAX_REPLACEMENT + 1);
    const end = ahead.indexOf(0);
    if (end < 0 && ahead.length > MAX_REPLACEMENT) {
      throw new RangeError(
        `Cannot normalize: the replacement at byte ${start} of precompiled_charsmap has more than the ` +
          `${MAX_REPLACEMENT} bytes that one may have`,
      );
    }
    const bytes = ahead.subarray(0, end < 0 ? undefined : end);
    return new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
  }
}

/** Distance from a unit to its children. */
function offset(unit: number): number {
  return (unit >>> 10) << ((unit & 0x200) >>> 6);
}

function decodeBase64(base64: string): Uint8Array<ArrayBuffer> {
  try {
    return Uint8Array.fromBase64(base64);
  } catch (error) {
    throw new SyntaxError(
      `Cannot load tokenizer: precompiled_charsmap is ${show(base64)}, expected Base64: ${
        (error as Error).message
      }`,
    );
  }
}
