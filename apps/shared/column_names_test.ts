import { assertEquals } from "@std/assert";
import { columnFlag, columnNames } from "./column_names.ts";

Deno.test("columnNames() splits at commas, but not within double quotes", () => {
  const cases: [string, string[]][] = [
    ["text", ["text"]],
    ["subject,body", ["subject", "body"]],
    ['subject,"body, in full"', ["subject", "body, in full"]],
    ['"a,b","say ""hi"", you"', ["a,b", 'say "hi", you']],
    ['size in 5",x', ['size in 5"', "x"]],
    ['"open,x', ['"open', "x"]],
    ["two\nlines, indented ", ["two\nlines", " indented "]],
    ["a,,b", ["a", "", "b"]],
    ["a,", ["a", ""]],
    ['""', [""]],
  ];
  for (const [flag, names] of cases) {
    assertEquals(columnNames(flag), names, flag);
    assertEquals(columnNames(columnFlag(names)), names, flag);
  }
});
