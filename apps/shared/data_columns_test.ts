import { assertEquals } from "@std/assert";
import { columnsOf, describeRemembered, fittingColumns } from "./data_columns.ts";

Deno.test("columnsOf() takes names with a header, numbers without, and nothing where no flag names a column", () => {
  assertEquals(columnsOf({ header: true }), undefined);
  assertEquals(columnsOf({ header: true, textColumn: "2,body", labelColumn: "a,b" }), {
    text: ["2", "body"],
    label: "a,b",
    joiner: "\n",
  });
  assertEquals(columnsOf({ header: false, textColumn: "3,1", pairColumn: "2" }), {
    text: [3, 1],
    pair: 2,
    joiner: "\n",
  });
});

Deno.test("fittingColumns() keeps of a model's columns those that a file can have", () => {
  const names = { text: ["a", "b"], label: "c", joiner: " " };
  assertEquals(fittingColumns(names, true), names);
  assertEquals(fittingColumns(names, false), { joiner: " " });
  assertEquals(fittingColumns({ text: [2], label: 1, joiner: "\n" }, false), {
    text: [2],
    label: 1,
    joiner: "\n",
  });
  assertEquals(fittingColumns(undefined, true), { joiner: "\n" });
});

Deno.test("describeRemembered() names what no flag says", () => {
  const trained = { text: ["a", "b,c"], pair: "d", label: "e", joiner: "\n" };
  const all = 'columns as in training: text a,"b,c"; second text d; label e';
  assertEquals(describeRemembered({ header: true }, trained), all);
  const some = { header: true, textColumn: "x", labelColumn: "y" };
  assertEquals(describeRemembered(some, trained), "columns as in training: second text d");
  assertEquals(describeRemembered({ ...some, pairColumn: "z" }, trained), undefined);
  assertEquals(describeRemembered({ header: false }, trained), undefined);
  assertEquals(describeRemembered({ header: true }, undefined), undefined);
});
