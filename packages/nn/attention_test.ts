import { assertAlmostEquals, assertEquals } from "@std/assert";
import { createCpuBackend } from "@taxon/backend-cpu";
import {
  assign,
  concat,
  foldIn,
  keyFromSeed,
  linear,
  normals,
  reshape,
  rows,
  scope,
  type Tensor,
  tensor,
  useBackend,
} from "@taxon/tensor";
import { type ForwardContext, MultiHeadAttention, rotaryAngles, SingleHeadAttention } from "./mod.ts";

useBackend(await createCpuBackend({ tier: "reference" }));

const [modelSize, heads, headDim] = [6, 2, 4];

function random(name: string, shape: number[]): Tensor {
  return tensor(normals(foldIn(keyFromSeed(5), name), shape.reduce((a, b) => a * b)), shape);
}

async function assertClose(got: Tensor, expected: Tensor, tolerance = 1e-6): Promise<void> {
  const [a, b] = [await got.data(), await expected.data()];
  assertEquals(a.length, b.length);
  a.forEach((value, i) => assertAlmostEquals(value, b[i], tolerance));
}

Deno.test("attention in vector form equals attention in matrix form", async () => {
  using head = new SingleHeadAttention(modelSize, headDim, 3).initialize(1);
  const x = random("x", [5, modelSize]);
  const [matrix, vector] = [head.forward(x), head.forwardTokenByToken(x)];
  await assertClose(vector.output, matrix.output);
  await assertClose(vector.weights, matrix.weights);
});

Deno.test("heads packed into one matrix equal separate heads joined", async () => {
  using packed = new MultiHeadAttention({ modelSize, heads, headDim }).initialize(2);
  const x = random("x", [5, modelSize]);
  const separate = Array.from({ length: heads }, (_, h) => {
    const [from, to] = [h * headDim, (h + 1) * headDim]; // rows of head h
    const head = new SingleHeadAttention(modelSize, headDim);
    for (const part of ["query", "key", "value"] as const) {
      Object.assign(head[part], {
        weight: rows(packed[part].weight, from, to),
        bias: rows(packed[part].bias!, from, to),
      });
    }
    return head.forward(x);
  });
  const joined = concat(separate.map(({ output }) => output), 1);
  const expected = linear(joined, packed.output.weight, { bias: packed.output.bias });
  const { output, weights } = packed.attend(...padded(x));
  await assertClose(output, expected);
  await assertClose(weights, concat(separate.map(({ weights }) => weights), 0));
});

function padded(x: Tensor): [Tensor, Tensor, Tensor] {
  const one = reshape(x, [1, ...x.shape]);
  return [one, one, one];
}

const cuSeqlens = Int32Array.of(0, 4, 6);
const packedLayout = { kind: "packed", cuSeqlens } as const;

for (const turned of [false, true]) {
  const how = turned ? "with rotary positions" : "without positions";
  Deno.test(`packed sequences give what padded ones give ${how}, outputs and weights`, async () => {
    using attention = new MultiHeadAttention({ modelSize, heads, headDim }).initialize(3);
    const x = random("x", [6, modelSize]);
    const angles = (positions: number[]): ForwardContext["rotary"] => {
      const { cos, sin } = rotaryAngles(positions, headDim);
      const shape = [positions.length, headDim / 2];
      return turned ? { cos: tensor(cos, shape), sin: tensor(sin, shape) } : undefined;
    };
    let weights: Tensor[] = [];
    const context: ForwardContext = { layout: packedLayout, rotary: angles([0, 1, 2, 3, 0, 1]) };
    const fused = attention.forward(x, context);
    const explained = attention.forward(x, { ...context, onAttention: (w) => weights = w });
    await assertClose(explained, fused);

    const two = reshape(concat([x, random("padding", [2, modelSize])], 0), [2, 4, modelSize]);
    const mask = tensor(Int32Array.of(1, 1, 1, 1, 1, 1, 0, 0), [2, 4]);
    let batch: Tensor[] = [];
    const output = attention.forward(two, {
      layout: { kind: "padded", mask },
      rotary: angles([0, 1, 2, 3, 0, 1, 2, 3]),
      onAttention: (w) => batch = w,
    });
    await assertClose(rows(reshape(output, [8, modelSize]), 0, 6), fused);
    const [all, first, second] = [await batch[0].data(), await weights[0].data(), await weights[1].data()];
    const at = (b: number, h: number, q: number, k: number) => all[((b * heads + h) * 4 + q) * 4 + k];
    for (let h = 0; h < heads; h++) {
      for (let q = 0; q < 4; q++) {
        for (let k = 0; k < 4; k++) assertAlmostEquals(at(0, h, q, k), first[(h * 4 + q) * 4 + k], 1e-6);
      }
      for (let q = 0; q < 2; q++) {
        for (let k = 0; k < 2; k++) assertAlmostEquals(at(1, h, q, k), second[(h * 2 + q) * 2 + k], 1e-6);
        assertEquals([at(1, h, q, 2), at(1, h, q, 3)], [0, 0]); // padding has weight exactly 0
      }
    }
  });
}

Deno.test("rotary scores depend on the distance of two tokens, not on where they stand", async () => {
  using attention = new MultiHeadAttention({ modelSize, heads, headDim }).initialize(4);
  const x = random("x", [1, 5, modelSize]);
  const weightsFrom = (offset: number) => {
    const { cos, sin } = rotaryAngles([0, 1, 2, 3, 4].map((i) => i + offset), headDim);
    const rotary = { cos: tensor(cos, [5, headDim / 2]), sin: tensor(sin, [5, headDim / 2]) };
    return scope(() => attention.attend(x, x, x, { rotary }).weights);
  };
  await assertClose(weightsFrom(300), weightsFrom(0), 1e-5); // angles of 300 rounded to f32
  const unturned = scope(() => attention.attend(x, x, x).weights);
  const [a, b] = [await weightsFrom(0).data(), await unturned.data()];
  assertEquals(a.some((value, i) => Math.abs(value - b[i]) > 1e-3), true);
});

for (const layout of ["packed", "padded"] as const) {
  Deno.test(`a ${layout} head mask of ones changes no bit, a zero equals zeroed value rows of that head`, async () => {
    using attention = new MultiHeadAttention({ modelSize, heads, headDim }).initialize(6);
    const x = random("x", [5, modelSize]);
    const forward = async (factors?: number[]) => {
      const headMask = factors && tensor(factors, [heads, 1]);
      const output = layout === "packed"
        ? attention.forward(x, { layout: { kind: "packed", cuSeqlens: Int32Array.of(0, 2, 5) }, headMask })
        : attention.forward(reshape(x, [1, 5, modelSize]), { layout: { kind: "padded" }, headMask });
      return [...await output.data()];
    };
    const plain = await forward();
    assertEquals(await forward([1, 1]), plain);
    const off = await forward([1, 0]);
    for (const param of [attention.value.weight, attention.value.bias!]) {
      const values = await param.data();
      assign(param, tensor(values.fill(0, values.length / 2), param.shape)); // the rows of head 1
    }
    assertEquals(await forward(), off);
    assertEquals(off.some((value, i) => value !== plain[i]), true);
  });
}
