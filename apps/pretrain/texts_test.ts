import { assertEquals } from "@std/assert";
import { trainWordPiece } from "@taxon/text";
import { sequencesOf } from "./texts.ts";

Deno.test("sequencesOf() cuts long texts into parts between the special tokens, without loss", () => {
  const tokenizer = trainWordPiece(["a b c d e f g", "a b c d e f g"], { vocabSize: 100 });
  const [cls, sep] = [tokenizer.tokenToId("[CLS]")!, tokenizer.tokenToId("[SEP]")!];
  const sequences = sequencesOf(tokenizer, ["a b c d e f g", "", "c"], 5);
  assertEquals(sequences.map(({ ids }) => Array.from(ids, (id) => tokenizer.idToToken(id)).join(" ")), [
    "[CLS] a b c [SEP]",
    "[CLS] d e f [SEP]",
    "[CLS] g [SEP]",
    "[CLS] c [SEP]",
  ]);
  for (const { ids, ordinary } of sequences) {
    assertEquals([ids[0], ids[ids.length - 1]], [cls, sep]);
    assertEquals(ordinary, Array.from({ length: ids.length - 2 }, (_, i) => i + 1));
  }
});
