import { assertEquals, assertThrows } from "@std/assert";
import { parseFlags, UsageError } from "@taxon/app-shared";
import { command } from "../command.ts";
import { settleRecipe } from "./settle_recipe.ts";

function settled(...args: string[]) {
  const { flags, given } = parseFlags(args, command);
  return settleRecipe(flags, given);
}
const recipeOf = (...args: string[]) => {
  const { recipe, byHand } = settled(...args);
  return byHand ? `${recipe} by hand` : recipe;
};
const from = ["--from", "model"];

Deno.test("flags that only one recipe knows fix it, others do not", () => {
  assertEquals(recipeOf(), "auto");
  assertEquals(recipeOf(...from), "auto");
  assertEquals(recipeOf(...from, "--recipe", "frozen"), "frozen");
  for (const args of [["--epochs", "3"], ["--lr", "1e-4"], ["--keep", "last"], ["--dropout", "0.2"]]) {
    assertEquals(recipeOf(...args), "scratch by hand");
    assertEquals(recipeOf(...from, ...args), "fine-tune by hand");
  }
  assertEquals(recipeOf("--layers", "1"), "scratch by hand");
  assertEquals(recipeOf(...from, "--lora", "8"), "fine-tune by hand");
  assertEquals(recipeOf(...from, "--recipe", "fine-tune", "--train-layers", "1"), "fine-tune by hand");
  for (
    const args of [["--seed", "1"], ["--max-length", "64"], ["--class-weights", "auto"], ["--pooling", "cls"]]
  ) {
    assertEquals(recipeOf(...args), "auto");
    assertEquals(recipeOf(...from, ...args), "auto");
  }
  assertEquals([recipeOf("--no-ngrams"), recipeOf(...from, "--no-ngrams")], ["scratch", "auto"]);
});

Deno.test("what is trained by hand with --from decides rate and epochs, unless they are written", () => {
  const byHand = (...args: string[]) => {
    const { lr, epochs, dropout, tokenDropout, labelSmoothing, ngrams } = settled(...from, ...args);
    return { lr, epochs, dropout, tokenDropout, labelSmoothing, ngrams };
  };
  const usual = { lr: 5e-5, epochs: 3, dropout: 0.1, tokenDropout: 0, labelSmoothing: 0, ngrams: false };
  assertEquals(byHand("--train-layers", "2"), usual);
  assertEquals(byHand("--train-layers", "0"), { ...usual, lr: 5e-3, epochs: 20 });
  assertEquals(byHand("--lora", "8"), { ...usual, lr: 1e-3 });
  assertEquals(byHand("--lora", "8", "--lr", "3e-4", "--epochs", "5"), { ...usual, lr: 3e-4, epochs: 5 });
});

Deno.test("a recipe by hand is judged on a tenth of the rows, others as many rows as there are say", () => {
  assertEquals(settled("--epochs", "2").evalFraction, 0.1);
  assertEquals(settled("--epochs", "2", "--eval-fraction", "0.2").evalFraction, 0.2);
  assertEquals(settled().evalFraction, undefined);
});

Deno.test("flags that contradict each other are refused in one line that says what to do", () => {
  const refusals: [string[], string][] = [
    [
      ["--recipe", "frozen"],
      "Cannot use --recipe frozen without --from: it starts from a pretrained model; name one",
    ],
    [["--recipe", "scratch", ...from], "Cannot use --recipe scratch with --from: choose one"],
    [
      ["--recipe", "linear", ...from],
      "Cannot use --recipe linear with --from: it has no encoder; leave one out",
    ],
    [
      ["--recipe", "linear", "--no-ngrams"],
      "Cannot use --recipe linear with --no-ngrams: n-grams are all that it has",
    ],
    [
      ["--recipe", "linear", "--epochs", "3"],
      "Cannot use --epochs with --recipe linear: it trains no encoder; leave",
    ],
    [
      ["--recipe", "linear", "--layers", "3"],
      "Cannot use --layers with --recipe linear: it trains no encoder; leave",
    ],
    [
      ["--recipe", "frozen", ...from, "--lr", "1"],
      "Cannot use --lr with --recipe frozen: it trains no encoder; leave",
    ],
    [
      ["--train-layers", "2"],
      "Cannot use --train-layers without --from: it says how a pretrained model is trained",
    ],
    [[...from, "--layers", "2"], "Cannot use --layers with --from: model says it; leave the flag out"],
    [
      [...from, "--train-layers", "0", "--token-dropout", "0.1"],
      "Cannot use --token-dropout with --train-layers 0: the encoder sees each text only once",
    ],
  ];
  for (const [args, message] of refusals) assertThrows(() => settled(...args), UsageError, message);
});
