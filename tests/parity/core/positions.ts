import { rotaryAngles, sinusoidalTable } from "@taxon/nn";
import { add, gather, reshape, rotary, rows, tensor } from "@taxon/tensor";
import type { Checker } from "../checker.ts";
import type { GoldenCase } from "../golden_case.ts";
import { checkLayer, checkOutputs } from "./layer.ts";
import { anglesOnDevice } from "./packing.ts";

/** Rows of the sinusoidal table, and their sum with an input. */
export async function sinusoidalPositions(golden: GoldenCase, check: Checker): Promise<void> {
  const { dims: { d }, max_len: count } = golden.config;
  const [, length] = golden.shape("in.x");
  check.leaveOut("out.rows_torch_float32"); // shows how far the article's float32 angles stray
  using table = tensor(sinusoidalTable(count!, d), [count!, d], { backend: golden.backend });
  await checkOutputs(check, () => ({
    "out.rows": gather(table, golden.tensor("in.positions")),
    "out.added": add(golden.tensor("in.x"), rows(table, 0, length)),
    "out.first": rows(table, 0, length),
  }));
}

/** Both pairings of features, with any base and offset; x is [batch, tokens, heads, headDim]. */
export async function rotaryPositions(golden: GoldenCase, check: Checker): Promise<void> {
  const { head_dim: headDim = golden.config.dims.hd, theta } = golden.config;
  const positions = golden.values("in.positions");
  const { cos, sin } = rotaryAngles(positions, headDim, theta);
  await check.output("out.cos", cos);
  await check.output("out.sin", sin);
  const x = golden.tensor("in.x");
  const [batch, tokens, heads] = x.shape;
  const repeated = Array.from({ length: batch }, () => [...positions]).flat();
  for (const pairs of ["interleaved", "half"] as const) {
    const gradients = { x: `grad.${pairs}` };
    await checkLayer(golden, check, new Map(), () => {
      const angles = anglesOnDevice(golden, repeated, headDim);
      const turned = rotary(reshape(x, [batch * tokens, heads, headDim]), angles.cos, angles.sin, pairs);
      return { [`out.${pairs}`]: reshape(turned, x.shape) };
    }, gradients);
  }
}
