import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { encoderConfig } from "@taxon/model";
import { type Candidate, judgeCandidate, nameOf, pooled, rowLosses } from "./candidates.ts";

const config = encoderConfig({ labels: ["a", "b"] });
/** Rows of two classes in two parts, and logits that name the right class so surely. */
const parts = [0, 1].map((part) => ({
  examples: [],
  texts: Array.from({ length: 20 }, () => ({ ids: [part] })),
  targets: Float32Array.from({ length: 20 }, (_, i) => i % 2),
}));
const answers = (recipe: Candidate["recipe"], sure: number): Candidate => ({
  recipe,
  answers: parts.map(({ targets }) =>
    Float32Array.from([...targets].flatMap((id) => id === 0 ? [sure, 0] : [0, sure]))
  ),
  work: 1,
});

Deno.test("pooled() leaves no say to an encoder that knows nothing, and the most to one that knows all", () => {
  const share = (own: number, ngrams: number, trusted: "n-grams" | "encoder") =>
    pooled(answers("scratch", own), answers("linear", ngrams), trusted, parts, config).share!;
  assertEquals(share(0, 2, "n-grams"), 0);
  assertEquals(share(2, 0, "encoder"), 1);
  assert(share(3, -1, "n-grams") > 0.5);
  assert(share(-1, 3, "encoder") < 0.5);
});

Deno.test("pooled() joins logits by the share, on the parts that both have answered", () => {
  const own = answers("frozen", 3);
  const joined = pooled(
    { ...own, answers: own.answers.slice(0, 1) },
    answers("linear", 1),
    "encoder",
    parts,
    config,
  );
  assertEquals([joined.answers.length, nameOf(joined)], [1, "frozen + n-grams"]);
  assertAlmostEquals(joined.answers[0][0], 3 * joined.share! + (1 - joined.share!), 1e-6);
});

Deno.test("judgeCandidate() judges on the parts that all have answered", () => {
  const right = answers("linear", 2);
  const half = { ...right, answers: [right.answers[0], right.answers[1].map((logit) => -logit)] };
  assertEquals(judgeCandidate(half, parts, 1, config).values.accuracy, 1);
  assertEquals(judgeCandidate(half, parts, 2, config).values.accuracy, 0.5);
});

Deno.test("rowLosses() are nats of the truth, for several labels their mean, for numbers squared errors", () => {
  assertEquals(rowLosses(config, [0.5, 0.5, 0.25, 0.75], [0, 1]), [-Math.log(0.5), -Math.log(0.75)]);
  const several = encoderConfig({ labels: ["a", "b"], problemType: "multi_label_classification" });
  assertAlmostEquals(rowLosses(several, [0.5, 0.25], [1, 0])[0], -(Math.log(0.5) + Math.log(0.75)) / 2);
  assertEquals(rowLosses(encoderConfig({ labels: ["n"], problemType: "regression" }), [3], [5]), [4]);
});
