import { assertEquals, assertStringIncludes } from "@std/assert";
import { fakeExplanation } from "./fake_explanation.ts";
import { describeParts, describeSilence } from "./score_panel.ts";

Deno.test("describeParts() says what encoder and n-grams add to the logit of the predicted label", () => {
  const logits = { encoder: [0.25, -1], ngrams: [-1.5, 2.125] };
  const explanation = fakeExplanation({ labels: ["nature", "money"], predicted: "money", logits });
  assertEquals(
    describeParts(explanation),
    "To the logit of money the encoder adds −1.000 and n-grams +2.125.",
  );
});

Deno.test("the page says of an encoder without a say that n-grams answer alone, and says nothing of others", () => {
  const logits = { encoder: [0, 0], ngrams: [-1.5, 2.125] };
  const explanation = fakeExplanation({ predicted: "money", logits, encoderIsSilent: true });
  assertEquals(describeParts(explanation), "All of the logit of money, +2.125, comes from n-grams.");
  assertStringIncludes(describeSilence(explanation), "The encoder has no say in this model's answers");
  assertEquals(describeSilence(fakeExplanation({ logits })), "");
});
