import { assertEquals } from "@std/assert";
import { decodeState } from "@taxon/model";
import { logitsAgree } from "./anchors.ts";
import { float64Logits } from "./float64_model.ts";
import { storedInput } from "./inputs.ts";
import { readTestdata } from "./testdata/mod.ts";

Deno.test("the float64 formula gives PyTorch's logits for sequences of 1 to 9 tokens", async () => {
  const { weights, workloads, torch } = await readTestdata();
  const state = decodeState(weights);
  for (const [name, expected] of Object.entries(torch.logits)) {
    storedInput(workloads, name).sequences.forEach((ids, i) => {
      const actual = float64Logits(state, ids);
      // PyTorch computed in f32, whose roundings reach some 1e-6 here
      const worst = Math.max(...expected[i].map((value, j) => Math.abs(value - actual[j])));
      assertEquals(worst < 1e-5, true, `${name}, sequence ${i}: off by ${worst}`);
    });
  }
});

Deno.test("logitsAgree() allows a thousandth of the largest logit, and no NaN", () => {
  assertEquals(logitsAgree([10.009, 0.009], [10, 0]), true);
  assertEquals(logitsAgree([10, 0.011], [10, 0]), false);
  assertEquals(logitsAgree([NaN, 0], [10, 0]), false);
});
