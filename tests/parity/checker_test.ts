import { assertEquals, AssertionError, assertStringIncludes, assertThrows } from "@std/assert";
import { createCpuBackend } from "@taxon/backend-cpu";
import { encodeSafetensors } from "@taxon/safetensors";
import { Checker } from "./checker.ts";
import { GoldenCase } from "./golden_case.ts";
import { toleranceOf } from "./tolerance.ts";

const config = { fragile: [], adamw: { lr: 1e-3 }, schedule: { steps: 5 } };

/** A case with the given tensors, all [rows, 2], and scales as recorded. */
async function checkerOf(tensors: Record<string, number[]>): Promise<Checker> {
  const file = encodeSafetensors(
    Object.entries(tensors).map(([name, values]) => {
      const bytes = new Uint8Array(Float32Array.from(values).buffer);
      return [name, { dtype: "F32", shape: [values.length / 2, 2], bytes }];
    }),
    { config: JSON.stringify(config) },
  );
  return new Checker(new GoldenCase(file, await createCpuBackend({ tier: "reference" })), toleranceOf("cpu"));
}

Deno.test("a case passes within rtol of the largest value, not of each element", async () => {
  const check = await checkerOf({ "out.y": [100, 0.001] });
  await check.output("out.y", [100, 0.0019]);
  check.finish();
});

Deno.test("a difference is reported with its worst position, both values, the bound and how many are over", async () => {
  const check = await checkerOf({ "out.y": [1, 2, 3, 4] });
  await check.output("out.y", [1.01, 2, 3.5, 4]);
  const { message } = assertThrows(() => check.finish(), AssertionError);
  assertEquals(message.trim(), "out.y: worst at [1, 0]: got 3.5, expected 3, allowed 4.1e-5 (2 of 4 over)");
});

Deno.test("NaN differs from a number and not from NaN", async () => {
  const check = await checkerOf({ "out.y": [1, NaN] });
  await check.output("out.y", [1, NaN]);
  await check.output("out.y", [NaN, NaN]);
  assertStringIncludes(assertThrows(() => check.finish(), AssertionError).message, "got NaN, expected 1");
});

Deno.test("a recorded result that nothing computes is a failure that names it", async () => {
  const check = await checkerOf({ "out.y": [1, 2], "grad.x": [1, 2] });
  await check.output("out.y", [1, 2]);
  assertStringIncludes(assertThrows(() => check.finish(), AssertionError).message, "grad.x: recorded, but");
});

Deno.test("a missing gradient is a failure that names it", async () => {
  const check = await checkerOf({ "grad.x": [1, 2] });
  await check.gradient("grad.x", undefined);
  assertStringIncludes(assertThrows(() => check.finish(), AssertionError).message, "grad.x: there is no");
});

Deno.test("after the steps 0.5 % of a parameter may stray by lr · steps, a key bias wholly", async () => {
  const recorded = new Array(400).fill(1);
  const moved = (count: number, by: number) => recorded.map((value, i) => i < count ? value + by : value);
  const names = ["after.weight", "after.layers.0.attn_block.linear_2.bias"];
  const check = await checkerOf(Object.fromEntries(names.map((name) => [name, recorded])));
  await check.updated(names[0], moved(2, 4e-3));
  await check.updated(names[1], moved(400, 4e-3));
  check.finish();
  await check.updated(names[0], moved(3, 4e-3));
  await check.updated(names[0], moved(1, 6e-3));
  await check.updated(names[1], moved(1, 6e-3));
  assertEquals(assertThrows(() => check.finish(), AssertionError).message.trim().split("\n").length, 3);
});
