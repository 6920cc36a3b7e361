import { assert, assertEquals } from "@std/assert";
import { conformanceCases } from "@taxon/conformance";
import { presentBackends } from "../support/backends.ts";
import { readText } from "../support/repository.ts";
import { fusedOps, type MatrixOp, primitiveOps } from "./ops.ts";

const columns = ["cpu", "ffi", "webgpu"];

/** Rows of the table below a heading of docs/backends.md: the name, and a cell a backend. */
function rowsBelow(heading: string): Map<string, string[]> {
  const section = readText("docs/backends.md")!.split(`\n## ${heading}\n`)[1].split("\n## ")[0];
  const lines = section.split("\n").filter((line) => line.startsWith("|"))
    .map((line) => line.slice(1, -1).split("|").map((cell) => cell.trim()));
  assertEquals(lines[0], ["", ...columns]);
  return new Map(lines.slice(2).map(([name, ...cells]) => [name.replaceAll("`", ""), cells]));
}

const hasGradientCases = ({ cases }: MatrixOp) =>
  conformanceCases.some(({ name }) => name.startsWith(`${cases}/`) && name.endsWith(" gradient"));

for (const [heading, ops] of [["Primitives", primitiveOps], ["Fused ops", fusedOps]] as const) {
  Deno.test(`docs/backends.md has every op under "${heading}", and no hole for f32; else run "deno task matrix"`, () => {
    const rows = rowsBelow(heading);
    assertEquals([...rows.keys()], ops.map(({ name }) => name));
    for (const op of ops) {
      for (const [i, cell] of rows.get(op.name)!.entries()) {
        const [forward, gradient] = cell.replace(/ fused$/, "").split(" / ");
        const measured = (error: string) => /^(?:exact|\d\.\de[+-]\d+)$/.test(error);
        assert(measured(forward), `${op.name} on ${columns[i]}: ${cell}`);
        assertEquals(measured(gradient), hasGradientCases(op), `gradient of ${op.name} on ${columns[i]}`);
      }
    }
  });
}

Deno.test("docs/backends.md marks as fused what each backend present here offers", async () => {
  const rows = rowsBelow("Fused ops");
  const types = rowsBelow("Element types");
  for (const provider of await presentBackends()) {
    const column = columns.indexOf(provider.name);
    if (column < 0) continue; // the reference tier of the cpu
    using backend = await provider.create();
    for (const { name } of fusedOps) {
      assertEquals(
        rows.get(name)![column].endsWith(" fused"),
        name in backend.fused,
        `${name} on ${provider.name}`,
      );
    }
    const stored = [...types.keys()].filter((type) => types.get(type)![column] === "yes");
    assertEquals(stored.sort(), backend.capabilities.dtypes.toSorted());
  }
});

Deno.test("docs/backends.md says of every precision what it costs, or that it is refused; f32 is everywhere", () => {
  const rows = rowsBelow("Precisions of products");
  assertEquals([...rows.keys()], ["f32", "bf16", "int8"]);
  for (const [precision, cells] of rows) {
    for (const cell of cells) {
      assert(
        /^\d\.\de[+-]\d+$/.test(cell) || (precision !== "f32" && cell === "refused"),
        `${precision}: ${cell}`,
      );
    }
  }
});
