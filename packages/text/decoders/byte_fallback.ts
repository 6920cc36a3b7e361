import type { JsonObject } from "../json.ts";
import type { Decoder } from "./decoder.ts";

const BYTE = /^<0x([0-9a-fA-F]{2})>$/;
const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Puts runs of tokens `<0x00>` to `<0xFF>` together to text; each byte of an impossible run becomes U+FFFD. */
export class ByteFallbackDecoder implements Decoder {
  decode(tokens: readonly string[]): string[] {
    const out: string[] = [];
    let run: number[] = [];
    const flush = (): void => {
      if (run.length > 0) out.push(...textOf(run));
      run = [];
    };
    for (const token of tokens) {
      const byte = BYTE.exec(token);
      if (byte) {
        run.push(Number.parseInt(byte[1], 16));
        continue;
      }
      flush();
      out.push(token);
    }
    flush();
    return out;
  }

  toJson(): JsonObject {
    return { type: "ByteFallback" };
  }
}

function textOf(bytes: readonly number[]): string[] {
  try {
    return [utf8.decode(Uint8Array.from(bytes))];
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    return ["\ufffd".repeat(bytes.length)];
  }
}
