import { assertEquals } from "@std/assert";
import { Tokenizer } from "@taxon/text";
import { foldersIn } from "./golden_folder.ts";
import { checkTokenizerCase, type TokenizerCase } from "./tokenizer_cases.ts";

// tests/interop/record_tokenizer_cases.py wrote these; the parity tests run other recordings where there are some.
const recordings = new URL("../golden/tokenizer/", import.meta.url);

/** What a tokenizer.json with these changes was recorded to do. */
interface Variant {
  name: string;
  changes: { model?: { type?: string } };
  cases: TokenizerCase[];
}

function readLines<T>(file: URL): T[] {
  return Deno.readTextFileSync(file).trim().split("\n").map((line) => JSON.parse(line));
}

for (const folder of foldersIn(recordings)) {
  const file = (name: string) => new URL(`${folder}/${name}`, recordings);
  const base = JSON.parse(Deno.readTextFileSync(file("tokenizer.json")));
  const variants: Variant[] = [
    { name: "its own settings", changes: {}, cases: readLines(file("golden.jsonl")) },
    ...readLines<Variant>(file("variants.jsonl")),
  ];
  for (const { name, changes, cases } of variants) {
    Deno.test(`tokenizer/${folder} with ${name} encodes as Python tokenizers does`, () => {
      const model = changes.model?.type ? changes.model : { ...base.model, ...changes.model };
      const json = { ...base, ...changes, model };
      const tokenizer = Tokenizer.fromJson(json);
      for (const line of cases) checkTokenizerCase(tokenizer, line);
      assertEquals(tokenizer.toJson() as unknown, json);
    });
  }
}
