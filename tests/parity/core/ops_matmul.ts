import { matmul, type Tensor } from "@taxon/tensor";
import type { Checker } from "../checker.ts";
import type { GoldenCase } from "../golden_case.ts";
import { checkOutputs } from "./layer.ts";

/** Products around the tile sizes of kernels, in batches, transposed and broadcast. */
export async function matrixProducts(golden: GoldenCase, check: Checker): Promise<void> {
  const operand = (name: string) => golden.tensor(`in.${name}`);
  const batched: Record<string, () => Tensor> = {
    batched: () => matmul(operand("ba"), operand("bb")),
    batched_bT: () => matmul(operand("ba"), operand("bc"), { transposeB: true }),
    broadcast_b: () => matmul(operand("ba"), operand("bd")),
    aT_b: () => matmul(operand("a3"), operand("a3"), { transposeA: true }),
  };
  for (const name of golden.names("out.").map((name) => name.slice("out.".length))) {
    const pair = name.match(/^ab(\d+)$/)?.[1];
    const product = pair === undefined
      ? batched[name]
      : () => matmul(operand(`a${pair}`), operand(`b${pair}`));
    if (product) await checkOutputs(check, () => ({ [`out.${name}`]: product() }));
  }
}
