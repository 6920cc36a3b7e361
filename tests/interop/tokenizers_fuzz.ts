import { Tokenizer } from "@taxon/text";
import { checkTokenizerCase, type TokenizerCase } from "../parity/tokenizer_cases.ts";

/** A tokenizer.json and what Python `tokenizers` made of some texts; one JSON line of the input. */
interface Recording {
  name: string;
  tokenizer: object;
  cases: TokenizerCase[];
}

const SHOWN = 5;

/** Differences between the recording and us. */
function differences({ tokenizer, cases }: Recording): string[] {
  const ours = Tokenizer.fromJson(tokenizer);
  return cases.flatMap((line) => {
    try {
      checkTokenizerCase(ours, line);
      return [];
    } catch (error) {
      return [(error as Error).message];
    }
  });
}

let texts = 0;
let wrong = 0;
const input = await new Response(Deno.stdin.readable).text();
for (const line of input.split("\n").filter((line) => line !== "")) {
  const recording = JSON.parse(line) as Recording;
  const found = differences(recording);
  texts += recording.cases.length;
  wrong += found.length;
  for (const message of found.slice(0, SHOWN)) console.log(`${recording.name}: ${message}`);
}
console.log(`${texts} texts, ${wrong} differences`);
Deno.exit(wrong > 0 || texts === 0 ? 1 : 0);
