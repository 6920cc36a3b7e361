import { assertEquals } from "@std/assert";
import { Tokenizer } from "@taxon/text";
import { checkTokenizerCase, type TokenizerCase } from "./tokenizer_cases.ts";

// tests/interop/record_tokenizer_cases.py wrote these; the parity tests run other recordings where there are some.
const recordings = new URL("../golden/tokenizer/wordpiece_cased/", import.meta.url);

/** What a tokenizer.json with these changes was recorded to do. */
interface Variant {
  name: string;
  changes: object;
  cases: TokenizerCase[];
}

function readLines<T>(file: string): T[] {
  const text = Deno.readTextFileSync(new URL(file, recordings));
  return text.trim().split("\n").map((line) => JSON.parse(line));
}

const base = JSON.parse(Deno.readTextFileSync(new URL("tokenizer.json", recordings)));
const variants: Variant[] = [
  { name: "its own settings", changes: {}, cases: readLines("golden.jsonl") },
  ...readLines<Variant>("variants.jsonl"),
];

for (const { name, changes, cases } of variants) {
  Deno.test(`a WordPiece tokenizer with ${name} encodes as Python tokenizers does`, () => {
    const json = { ...base, ...changes };
    const tokenizer = Tokenizer.fromJson(json);
    for (const line of cases) checkTokenizerCase(tokenizer, line);
    assertEquals(tokenizer.toJson() as unknown, json);
  });
}
