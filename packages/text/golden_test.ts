import { assertEquals, assertGreater } from "@std/assert";
import { checkTokenizerCase, type TokenizerCase } from "../../tests/parity/tokenizer_cases.ts";
import { Tokenizer } from "./mod.ts";
import { goldenFolder } from "./testdata/golden_folder.ts";

const FIXTURE = new URL("./testdata/wordpiece_cased/", import.meta.url);

function readLines<T>(path: string | URL): T[] {
  return Deno.readTextFileSync(path).trim().split("\n").map((line) => JSON.parse(line));
}

function checkAll(tokenizer: Tokenizer, cases: TokenizerCase[]): void {
  assertGreater(cases.length, 20);
  for (const line of cases) checkTokenizerCase(tokenizer, line);
}

Deno.test("tokenizer/wordpiece_cased encodes difficult texts as Python tokenizers does", () => {
  const tokenizer = Tokenizer.fromJson(Deno.readTextFileSync(new URL("tokenizer.json", FIXTURE)));
  checkAll(tokenizer, readLines(new URL("golden.jsonl", FIXTURE)));
});

const base = JSON.parse(Deno.readTextFileSync(new URL("tokenizer.json", FIXTURE)));
const variants = readLines<{ name: string; changes: object; cases: TokenizerCase[] }>(
  new URL("variants.jsonl", FIXTURE),
);
for (const { name, changes, cases } of variants) {
  Deno.test(`tokenizer/wordpiece_cased with ${name} encodes as Python tokenizers does`, () => {
    const json = { ...base, ...changes };
    const tokenizer = Tokenizer.fromJson(json);
    checkAll(tokenizer, cases);
    assertEquals(tokenizer.toJson() as unknown, json);
  });
}

for (const folder of ["minilm", "wordpiece_cased_small"]) {
  const path = goldenFolder(folder);
  Deno.test({
    name: `tokenizer/${folder} encodes every golden line as Python tokenizers does`,
    ignore: path === undefined, // too large to be copied here; recorded outside the repository
    fn() {
      const json = JSON.parse(Deno.readTextFileSync(`${path}/tokenizer.json`));
      const tokenizer = Tokenizer.fromJson(json);
      checkAll(tokenizer, readLines(`${path}/golden.jsonl`));
      assertEquals(tokenizer.toJson() as unknown, json);
    },
  });
}
