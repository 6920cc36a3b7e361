import { assertEquals, assertMatch } from "@std/assert";
import { encoderConfig } from "@taxon/model";
import { compareRuns, type RunComparison } from "./compare_runs/compare_runs.ts";
import { describeSplit, digitsOf, verdict } from "./comparison.ts";
import { judge } from "@taxon/classifier/training";

const labels = ["ham", "spam"];
const config = encoderConfig({ labels });

/** The linear baseline and a model that have the first so many of 200 rows right. */
function beside(linear: number, model: number, rows = 200): Promise<RunComparison> {
  const examples = Array.from({ length: rows }, (_, i) => {
    return { text: `text ${i}`, labels: [labels[i % 2]], file: "x.csv", row: i + 2 };
  });
  const run = (name: string, right: number) => ({
    name,
    config,
    examples,
    scores: Float64Array.from(examples.flatMap((_, i) => (i % 2 === 0) === (i < right) ? [1, 0] : [0, 1])),
  });
  return compareRuns(run("linear", linear), run("model", model));
}

Deno.test("verdict() says which is better with the interval of the difference that compare gives", async () => {
  const better = await beside(100, 160);
  const { low, high } = better.metrics[1];
  assertEquals(
    verdict(better),
    `This model is better than the linear baseline by 0.300 macro F1 (95 % interval +${low.toFixed(3)} to +${
      high.toFixed(3)
    }, 200 rows).`,
  );
  assertMatch(
    verdict(await beside(160, 100)),
    /^The linear baseline is better than this model by 0\.300 macro F1/,
  );
});

Deno.test("verdict() calls a tie as good as, and a difference that may be chance so", async () => {
  const tie = await beside(150, 150);
  assertEquals(
    verdict(tie),
    "This model is as good as the linear baseline: the same macro F1 (95 % interval 0.000 to 0.000, 200 rows).",
  );
  const near = await beside(150, 151);
  assertMatch(
    verdict(near),
    /^This model is ahead of the linear baseline by 0\.005 macro F1, which may be chance \(95 % interval [+−]?0\.0\d\d to /,
  );
  assertMatch(
    verdict(await beside(151, 150)),
    /^This model is behind the linear baseline by 0\.005 macro F1, which/,
  );
});

Deno.test("figures have as many digits as their rows deserve", async () => {
  assertEquals([20, 99, 100, 9999, 10_000].map(digitsOf), [2, 2, 3, 3, 4]);
  assertMatch(
    verdict(await beside(2, 18, 20)),
    /by 0\.\d\d macro F1 \(95 % interval \+0\.\d\d to \+\d\.\d\d, 20 rows\)/,
  );
});

Deno.test("describeSplit() gives the ECE beside what chance makes of it, and a temperature only if there is one", () => {
  const scores = [0.9, 0.1, 0.2, 0.8, 0.6, 0.4, 0.3, 0.7];
  const model = judge(config, scores, Float32Array.of(0, 1, 0, 1));
  const text = describeSplit({ ...config, temperature: 0.5 }, { model, rows: 4, uncalibrated: 0.4 });
  assertMatch(text, /calibration: ECE 0\.25, 0\.40 at temperature 1, Brier score 0\.0[78]\n/);
  // Four bins of one prediction each: √(2/π) · (√.09 + √.16 + √.24 + √.21) / 4
  assertMatch(text, /On 4 rows, chance alone gives a calibrated model an ECE of about 0\.33\.\n/);
  assertMatch(describeSplit(config, { model, rows: 4, uncalibrated: 0.25 }), /calibration: ECE 0\.25, Brier/);
});

Deno.test("verdict() says of numbers whose error is smaller, which a correlation does not see", async () => {
  const examples = Array.from({ length: 100 }, (_, i) => {
    return { text: `text ${i}`, labels: [], target: i, file: "x.csv", row: i + 2 };
  });
  const run = (name: string, answer: (target: number) => number) => ({
    name,
    config: encoderConfig({ problemType: "regression", labels: ["score"] }),
    examples,
    scores: Float64Array.from(examples, ({ target }) => answer(target)),
  });
  const text = verdict(
    await compareRuns(run("linear", (i) => i + (i % 2 ? 3 : -3)), run("model", (i) => 1000 + 2 * i)),
  );
  assertMatch(text, /^This model is better than the linear baseline by 0\.00\d Pearson correlation/);
  assertMatch(
    text,
    /Its root mean squared error, 1050, is larger beside the baseline's 3 \(difference 1050, /,
  );
});
