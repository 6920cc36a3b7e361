import { assertEquals } from "@std/assert";
import { distinctNames, fieldNamesOf, fieldsOf } from "./fields.ts";

Deno.test("distinctNames() gives each column a name of its own, and changes no other", () => {
  const cases: [string[], string[]][] = [
    [["id", "text"], ["id", "text"]],
    [["v1", "v2", "", "", ""], ["v1", "v2", "3", "4", "5"]],
    [["id", "id", "text", "id"], ["id", "id_2", "text", "id_3"]],
    [["id", "id", "id_2"], ["id", "id_3", "id_2"]],
    [["2", ""], ["2", "2_2"]],
    [["", "1"], ["1_2", "1"]],
  ];
  for (const [columns, names] of cases) assertEquals(distinctNames(columns), names);
});

Deno.test("fieldsOf() keeps all values of a row, by their names", () => {
  const table = { columns: ["id", "id", "__proto__"], records: [] };
  const read = fieldsOf(table, fieldNamesOf(table));
  assertEquals([...read({ row: 2, names: table.columns, values: ["7", "8", "9"] })], [
    ["id", "7"],
    ["id_2", "8"],
    ["__proto__", "9"],
  ]);
});

Deno.test("fieldNamesOf() collects the keys of all rows of JSON, which are what they are", () => {
  const records = [{ row: 1, names: ["", "id"], values: [null, 7] }, { row: 2, names: ["x"], values: [1] }];
  const names = fieldNamesOf({ records });
  assertEquals(names, ["", "id", "x"]);
  assertEquals([...fieldsOf({}, names)(records[0])], [["", null], ["id", 7]]);
});
