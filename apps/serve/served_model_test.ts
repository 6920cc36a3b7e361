import { assert, assertEquals, assertRejects } from "@std/assert";
import { openClassifier } from "@taxon/app-shared";
import { encodeInput, ModelFolder } from "@taxon/classifier";
import { Tokenizer } from "@taxon/text";
import { inScratch } from "../../tests/support/scratch.ts";
import { writeRandomModel } from "../../tests/support/server.ts";
import { unpackNgrams } from "./sent_text.ts";
import { openServedModel } from "./served_model.ts";

const options = { maxTokens: 8, truncationDirection: "right", countAll: false } as const;
const texts = [
  "the bank",
  "",
  "sent a word ".repeat(3),
  "hello 😀, what is it?\u0000 ".repeat(500),
  "!".repeat(2000),
];
const inputs = [
  ...texts.map((text) => ({ text })),
  ...texts.map((text, i) => ({ text, textPair: texts[(i + 2) % texts.length] })),
];

Deno.test("the thread that serves a model never tokenizes, and the threads that do find what a tokenizer finds", () =>
  inScratch(async (folder) => {
    await writeRandomModel(folder, { typeVocabSize: 2, ngramRows: 1 });
    const described = new ModelFolder(folder);
    const [config, tokenizer] = [described.config(), described.tokenizer];
    const expected = (["left", "right"] as const).map((truncationDirection) =>
      inputs.map((input) => {
        const given = { maxTokens: 8, truncationDirection };
        const { encoded, encoding } = encodeInput(tokenizer, config, input, given);
        const { ids, typeIds, ngrams } = encoded;
        return { ids, typeIds, ngrams, total: encoding.length + encoding.truncatedTokens };
      })
    );
    const tokens = texts.map((text) => tokenizer.encode(text, undefined, { truncation: null }).ids.length);

    const { encode, decode } = Tokenizer.prototype;
    Tokenizer.prototype.encode = Tokenizer.prototype.decode = () => {
      throw new Error("the listening thread tokenizes");
    };
    try {
      using model = await openServedModel({ id: "m", folder }, { backend: "cpu", threads: 1 });
      const { classifier } = model;
      for (const [i, truncationDirection] of (["left", "right"] as const).entries()) {
        const encodings = await classifier.encode(inputs, { ...options, truncationDirection });
        for (const [j, { totalTokens, ...encoding }] of encodings.entries()) {
          const { total, ...same } = expected[i][j];
          const unpacked = unpackNgrams(encoding);
          assertEquals(unpacked, same);
          assertEquals([...unpacked.ngrams!.words], [...same.ngrams!.words]); // in the same order
          assertEquals(totalTokens > 8, total > 8);
        }
      }
      const counted = await classifier.encode(inputs, { ...options, countAll: true });
      assertEquals(counted.map(({ totalTokens }) => totalTokens), expected[1].map(({ total }) => total));
      const [long] = await classifier.encode([{ text: "the ".repeat(1900) }], options);
      assert(long.totalTokens < 12, `${long.totalTokens} tokens were read to keep 8`);

      const shown = await classifier.tokenize(texts, { addSpecialTokens: true, maxTokens: 1000 });
      assertEquals(shown.map((list) => list?.length), tokens.map((n) => n > 1000 ? undefined : n));
      const first = JSON.parse(new TextDecoder().decode(shown[0]!.json)) as { id: number }[];
      assertEquals(first.map(({ id }) => id), [...counted[0].ids]);
      assertEquals(await classifier.decode([[...counted[0].ids]], { skipSpecialTokens: true }), ["the bank"]);
      await assertRejects(
        () => classifier.decode([[9999]], { skipSpecialTokens: true }),
        Error,
        "Cannot find token",
      );
      await assertRejects(
        () => classifier.encode(inputs, options, AbortSignal.abort()),
        Error,
        "client has gone",
      );

      const encodings = await classifier.encode(inputs, options);
      const { logits } = await classifier.infer(encodings, 100);
      using alone = await openAlone(folder, encode);
      assertEquals(logits, await alone.classifier.logits(expected[1]));

      const unread = inputs.map((input) => ({ input, options }));
      const broken = { input: { text: null as unknown as string }, options };
      const inferred = await classifier.infer([...unread.slice(0, 2), broken, ...unread.slice(2)], 100);
      assertEquals(inferred.logits, logits);
      const read = [...inferred.read!];
      const [failed] = read.splice(2, 1);
      assert(failed instanceof Error);
      const counts = encodings.map(({ ids, totalTokens }) => ({ tokens: ids.length, totalTokens }));
      assertEquals(read, counts);
    } finally {
      Object.assign(Tokenizer.prototype, { encode, decode });
    }
  }));

/** The model in this thread. */
async function openAlone(folder: string, encode: Tokenizer["encode"]) {
  Tokenizer.prototype.encode = encode;
  return await openClassifier(folder, { backend: "cpu", threads: 1 });
}
