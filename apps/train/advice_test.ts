import { assert, assertEquals } from "@std/assert";
import { advice } from "./advice.ts";

const early = { best_global_step: 40, global_step: 120, stopped_early: false };
const scratch = {
  from: undefined,
  ngrams: true,
  trainLayers: undefined,
  lora: undefined,
  recipe: "scratch",
} as const;
const problemType = "single_label_classification";

Deno.test("advice() names a pretrained encoder and other settings to a run from scratch", () => {
  assertEquals(
    advice({ flags: scratch, problemType, state: early, encoderShare: 0.2 }),
    "To get further, label more texts, start from a pretrained encoder with --from, or try another --lr or --dropout.",
  );
});

Deno.test("advice() does not repeat what was done: --from, --no-ngrams, --train-layers", () => {
  const from = { ...scratch, from: "org/model", ngrams: false };
  const text = advice({ flags: from, problemType, state: early });
  assert(
    !text.includes("start from a pretrained encoder") && text.includes("another model with --from"),
    text,
  );
  const frozen = advice({ flags: { ...from, trainLayers: 0 }, problemType, state: early });
  assert(frozen.includes("train more than the head with --train-layers"), frozen);
  const bare = (ngrams: boolean) => advice({ flags: { ...scratch, ngrams }, problemType, state: early });
  assert(bare(false).includes("--no-ngrams") && !bare(true).includes("--no-ngrams"));
  assert(
    !advice({ flags: { ...scratch, ngrams: false }, problemType: "regression", state: early }).includes(
      "ngrams",
    ),
  );
});

Deno.test("advice() asks for more epochs only where the last was the best, and for nothing of an encoder without a say", () => {
  const rising = { ...early, best_global_step: 120 };
  const of = (state: typeof early, encoderShare?: number) =>
    advice({ flags: scratch, problemType, state, encoderShare });
  assert(of(rising).includes("more --epochs") && !of(early).includes("--epochs"));
  assert(!/--lr|--epochs|--dropout/.test(of(rising, 0)), of(rising, 0));
});
