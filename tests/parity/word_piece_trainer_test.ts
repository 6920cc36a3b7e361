import { assertLess } from "@std/assert";
import { trainWordPiece } from "@taxon/text";
import { exists, goldenFolder } from "./golden_folder.ts";

const folder = new URL("tokenizer/wordpiece_trainer/", goldenFolder().url);

Deno.test({
  name: "trainWordPiece() needs as few tokens a line as Hugging Face's trainer, within 2 %",
  ignore: !exists(folder), // recorded outside the repository
  fn() {
    const lines = Deno.readTextFileSync(new URL("corpus.txt", folder)).trim().split("\n");
    const golden: { tokens_per_line: number[] } = JSON.parse(
      Deno.readTextFileSync(new URL("vocab.json", folder)),
    );
    const tokenizer = trainWordPiece(lines, { vocabSize: 500, minFrequency: 2 });
    const ours = golden.tokens_per_line.map((_, i) => tokenizer.encode(lines[i]).length);
    assertLess(sum(ours), 1.02 * sum(golden.tokens_per_line)); // ties are broken differently
  },
});

function sum(numbers: number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
