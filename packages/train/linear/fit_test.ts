// The figures of testdata/linear_models.json come from scikit-learn 1.9.1: LogisticRegression with newton-cg and a
// tolerance of 1e-12, and Ridge with cholesky, on 48 drawn rows of 6 features.
import { assertAlmostEquals, assertEquals, assertLess, assertThrows } from "@std/assert";
import { keyFromSeed, normals } from "@taxon/tensor";
import { fitLinearModel, fitPath, type LinearProblem, type Link, type SparseRows } from "./mod.ts";

const golden = JSON.parse(Deno.readTextFileSync(new URL("./testdata/linear_models.json", import.meta.url)));
const { rows, columns } = golden;
const dense = { rows, columns, values: Float32Array.from(golden.x) };
const sparse: SparseRows = {
  rows,
  columns,
  offsets: Int32Array.from({ length: rows + 1 }, (_, row) => row * columns),
  features: Int32Array.from({ length: rows * columns }, (_, i) => i % columns),
  values: dense.values,
};
const oneHot = (ids: number[], classes: number) =>
  Float32Array.from(ids.flatMap((id) => Array.from({ length: classes }, (_, k) => Number(k === id))));
const targets: Record<Link, { y: Float32Array; outputs: number }> = {
  softmax: { y: oneHot(golden.class_ids, 3), outputs: 3 },
  sigmoid: { y: Float32Array.from(golden.labels), outputs: 2 },
  identity: { y: Float32Array.from(golden.numbers), outputs: 1 },
};

function assertClose(got: ArrayLike<number>, expected: number[], tolerance: number): void {
  assertEquals(got.length, expected.length);
  expected.forEach((value, i) => assertAlmostEquals(got[i], value, tolerance * Math.max(1, Math.abs(value))));
}

for (const [kind, x] of Object.entries({ dense, sparse })) {
  for (const { link, c, weighted, weight, bias } of golden.cases) {
    Deno.test(`fitLinearModel() equals scikit-learn: ${link}, ${kind}, C = ${c}${weighted ? ", weights" : ""}`, () => {
      const weights = weighted ? golden.weights : undefined;
      const model = fitLinearModel({ x, ...targets[link as Link], link, weights }, c, { tolerance: 1e-9 });
      // biases of a softmax may all be larger by the same: scikit-learn's and ours sum to different numbers
      const shift = link === "softmax" ? (model.bias[0] - bias[0]) : 0;
      assertClose(model.weight, weight, 2e-5); // weights are rounded to float32, recorded with 7 digits
      assertClose(model.bias.map((b) => b - shift), bias, 2e-5);
    });
  }
}

Deno.test("fitLinearModel() takes half of scikit-learn's C for two classes, whose one vector is the difference", () => {
  const { c, weight, bias } = golden.two_classes;
  const y = oneHot(golden.class_ids.map((id: number) => Number(id > 0)), 2);
  const model = fitLinearModel({ x: dense, y, outputs: 2, link: "softmax" }, c / 2, { tolerance: 1e-9 });
  const difference = (values: Float32Array) =>
    [...values.filter((_, i) => i % 2)].map((v, i) => v - values[2 * i]);
  assertClose(difference(model.weight), weight, 2e-5);
  assertClose(difference(model.bias), bias, 2e-5);
});

Deno.test("fitLinearModel() lets weights go as far as their variances say: all slopes are 0 there", () => {
  const variances = Float32Array.from({ length: 18 }, (_, i) => [0.2, 1, 2][i % 7 % 3]);
  const { y } = targets.softmax;
  const problem = { x: sparse, y, outputs: 3, link: "softmax", variances } as const;
  const { weight, bias } = fitLinearModel(problem, 3, { tolerance: 1e-8 });
  const height = (weight: number[]) => {
    let sum = weight.reduce((sum, w, i) => sum + w * w / variances[i], 0) / 2;
    for (let row = 0; row < rows; row++) {
      const z = Array.from(bias, (b, k) => {
        for (let j = 0; j < columns; j++) b += dense.values[row * columns + j] * weight[3 * j + k];
        return b;
      });
      const total = z.reduce((sum, z) => sum + Math.exp(z), 0);
      z.forEach((z, k) => sum += 3 * y[3 * row + k] * (Math.log(total) - z));
    }
    return sum;
  };
  for (let i = 0; i < weight.length; i++) {
    const [up, down] = [1e-4, -1e-4].map((by) => height(Array.from(weight, (w, j) => j === i ? w + by : w)));
    assertLess(Math.abs(up - down) / 2e-4, 1e-3, `slope by weight ${i}`); // weights are rounded to float32
  }
});

Deno.test("fitPath() ends where single fits end, and gives the same bits again", () => {
  const problem = { x: dense, ...targets.softmax, link: "softmax" } as const;
  const strengths = [0.01, 1, 100];
  const path = () => Array.from(fitPath(problem, strengths, { tolerance: 1e-9 }), ({ model }) => model());
  const models = path();
  assertEquals(models, path());
  models.forEach(({ weight }, i) =>
    assertClose(weight, [...fitLinearModel(problem, strengths[i], { tolerance: 1e-9 }).weight], 1e-5)
  );
});

Deno.test("fitLinearModel() on more columns than rows says the same of them dense and sparse", () => {
  const [rows, columns] = [7, 40];
  const values = normals(keyFromSeed(3), rows * columns);
  const y = oneHot([0, 1, 2, 0, 1, 2, 0], 3);
  const offsets = Int32Array.from({ length: rows + 1 }, (_, row) => row * columns);
  const features = Int32Array.from(values, (_, i) => i % columns);
  const [a, b] = [{ rows, columns, values }, { rows, columns, values, offsets, features }].map((x) =>
    fitLinearModel({ x, y, outputs: 3, link: "softmax" }, 10, { tolerance: 1e-9 })
  );
  assertClose(a.weight, [...b.weight], 1e-5);
  assertClose(a.bias, [...b.bias], 1e-5);
});

Deno.test("fitLinearModel() on few long rows takes variances of each output as features scaled by their roots", () => {
  const [rows, columns, outputs] = [7, 40, 5];
  const values = normals(keyFromSeed(3), rows * columns);
  const y = normals(keyFromSeed(4), rows * outputs);
  const variances = Float32Array.from({ length: columns * outputs }, (_, i) => 0.2 + i % 7);
  const offsets = Int32Array.from({ length: rows + 1 }, (_, row) => row * columns);
  const features = Int32Array.from(values, (_, i) => i % columns);
  const x = { rows, columns, values, offsets, features };
  const { weight } = fitLinearModel({ x, y, outputs, link: "identity", variances }, 3, { tolerance: 1e-9 });
  for (let k = 0; k < outputs; k++) {
    const roots = Float32Array.from({ length: columns }, (_, j) => Math.sqrt(variances[j * outputs + k]));
    const scaled = { rows, columns, values: values.map((value, i) => value * roots[i % columns]) };
    const own = y.filter((_, i) => i % outputs === k);
    const alone = fitLinearModel({ x: scaled, y: own, outputs: 1, link: "identity" }, 3, { tolerance: 1e-9 });
    assertClose(
      weight.filter((_, i) => i % outputs === k),
      [...alone.weight.map((w, j) => w * roots[j])],
      1e-5,
    );
  }
});

Deno.test("fitLinearModel() of squared errors is done after two steps: the metric is the curvature", () => {
  const problem = { x: dense, ...targets.identity, link: "identity" } as const;
  const [{ steps }] = fitPath(problem, [10], { tolerance: 1e-6 });
  assertLess(steps, 3);
});

Deno.test("fitLinearModel() stays finite with one class, constant features or a class of weight 0", () => {
  const constant = { ...dense, values: dense.values.map(() => 1) };
  const one = oneHot(golden.class_ids.map(() => 0), 3);
  const weights = golden.class_ids.map((id: number) => Number(id < 2));
  for (
    const problem of [
      { x: dense, y: one, weights: undefined },
      { x: constant, y: targets.softmax.y, weights: undefined },
      { x: dense, y: targets.softmax.y, weights },
      { x: sparse, y: targets.softmax.y, weights },
    ]
  ) {
    const { weight, bias } = fitLinearModel({ ...problem, outputs: 3, link: "softmax" }, 10);
    assertEquals([...weight, ...bias].filter((value) => !Number.isFinite(value)), []);
  }
});

Deno.test("fitLinearModel() leaves rows of weight 0 out, and a weight of 2 is the row twice", () => {
  const twice = (x: Float32Array, width: number) => Float32Array.of(...x, ...x.subarray(0, 10 * width));
  const { y } = targets.softmax;
  const doubled = fitLinearModel(
    {
      x: { rows: rows + 10, columns, values: twice(dense.values, columns) },
      y: twice(y, 3),
      outputs: 3,
      link: "softmax",
      weights: Array.from({ length: rows + 10 }, (_, row) => row % rows < 40 ? 1 : 0),
    },
    1,
    { tolerance: 1e-9 },
  );
  const weights = golden.class_ids.map((_: number, row: number) => row < 10 ? 2 : row < 40 ? 1 : 0);
  for (const x of [dense, sparse]) {
    const weighted = fitLinearModel({ x, y, outputs: 3, link: "softmax", weights }, 1, { tolerance: 1e-9 });
    assertClose(weighted.weight, [...doubled.weight], 1e-5);
  }
});

Deno.test("fitLinearModel() tells its progress, and ends where that throws", () => {
  for (const x of [dense, sparse]) {
    const problem = { x, ...targets.softmax, link: "softmax" } as const;
    const shares: number[] = [];
    fitLinearModel(problem, 10, { onProgress: (share) => shares.push(share) });
    assertEquals([shares[0], shares.at(-1)], [0, 1]);
    assertEquals(shares, shares.toSorted((a, b) => a - b));
    let left = Math.floor(shares.length / 2);
    const onProgress = () => {
      if (left-- === 0) throw new Error("stopped");
    };
    assertThrows(() => fitLinearModel(problem, 10, { onProgress }), Error, "stopped");
  }
});

Deno.test("fitLinearModel() refuses what it cannot fit", () => {
  const problem: LinearProblem = { x: dense, ...targets.softmax, link: "softmax" };
  const refuses = (change: Partial<LinearProblem>, c: number, message: string) =>
    assertThrows(() => fitLinearModel({ ...problem, ...change }, c), RangeError, message);
  refuses({}, 0, "C = 0: give a number above 0");
  refuses({ y: new Float32Array(5) }, 1, "48 rows and 5 targets: give rows and 3 target(s) for each");
  refuses({ y: targets.softmax.y.map((v, i) => i === 7 ? NaN : v) }, 1, "hold NaN");
  refuses({ weights: [1, 2] }, 1, "2 weights: 48 rows need 48");
  refuses({ weights: new Float32Array(rows) }, 1, "all weights are 0");
  refuses({ weights: new Float32Array(rows).fill(-1) }, 1, "one weight is -1");
  refuses({ variances: new Float32Array(18) }, 1, "18 variances");
});
