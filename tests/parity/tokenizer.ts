import { AssertionError } from "@std/assert";
import { Tokenizer } from "@taxon/text";
import { exists, foldersIn } from "./golden_folder.ts";
import type { ParityCase } from "./parity_case.ts";
import { checkTokenizerCase, type TokenizerCase } from "./tokenizer_cases.ts";

/** Kinds of tokenizer.json that the package reads. */
const models = ["BPE", "Unigram", "WordLevel", "WordPiece"];

/** The folders `tokenizer/*` that hold expected encodings, one line each, beside their tokenizer.json. */
export function tokenizerCases(golden: URL): ParityCase[] {
  const folders = foldersIn(new URL("tokenizer/", golden)).map((name) => `tokenizer/${name}`);
  return folders.filter((name) => exists(new URL(`${name}/golden.jsonl`, golden))).map((name) => {
    const json = JSON.parse(Deno.readTextFileSync(new URL(`${name}/tokenizer.json`, golden)));
    if (!models.includes(json.model.type)) {
      return { name, hostOnly: true, skip: `this version reads no ${json.model.type} tokenizers` };
    }
    const run = async () =>
      checkLines(json, await Deno.readTextFile(new URL(`${name}/golden.jsonl`, golden)));
    return { name, hostOnly: true, run };
  });
}

function checkLines(json: object, text: string): void {
  const tokenizer = Tokenizer.fromJson(json);
  const lines = text.split("\n").filter((line) => line !== "");
  const problems = lines.flatMap((line, i) => {
    try {
      checkTokenizerCase(tokenizer, JSON.parse(line) as TokenizerCase);
      return [];
    } catch (error) {
      return [`line ${i + 1}: ${(error as Error).message}`];
    }
  });
  if (problems.length > 0) {
    const shown = problems.slice(0, 20).join("\n");
    throw new AssertionError(`${problems.length} of ${lines.length} lines differ\n${shown}`);
  }
}
