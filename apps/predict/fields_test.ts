import { assertEquals } from "@std/assert";
import { distinctNames, fieldReader } from "./fields.ts";

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

Deno.test("fieldReader() keeps all values of a row, by their names", () => {
  const read = fieldReader({ columns: ["id", "id", "__proto__"] });
  assertEquals([...read({ row: 2, names: ["id", "id", "__proto__"], values: ["7", "8", "9"] })], [
    ["id", "7"],
    ["id_2", "8"],
    ["__proto__", "9"],
  ]);
  const row = { row: 1, names: ["", "id"], values: [null, 7] };
  assertEquals([...fieldReader({})(row)], [["", null], ["id", 7]]); // keys of JSON are what they are
});
