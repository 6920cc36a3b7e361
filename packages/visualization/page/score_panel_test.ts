import { assertEquals } from "@std/assert";
import { fakeExplanation } from "./fake_explanation.ts";
import { describeParts } from "./score_panel.ts";

Deno.test("describeParts() says what encoder and n-grams add to the logit of the predicted label", () => {
  const logits = { encoder: [0.25, -1], ngrams: [-1.5, 2.125] };
  const explanation = fakeExplanation({ labels: ["nature", "money"], predicted: "money", logits });
  assertEquals(
    describeParts(explanation),
    "To the logit of money the encoder adds −1.000 and n-grams +2.125.",
  );
});
