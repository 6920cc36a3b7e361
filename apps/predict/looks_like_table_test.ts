import { assertEquals } from "@std/assert";
import { looksLikeTable } from "./looks_like_table.ts";

Deno.test("looksLikeTable() knows a first line that names the columns, and a row of JSON", () => {
  assertEquals(looksLikeTable("id,text,label", ["text"]), "csv");
  assertEquals(looksLikeTable('"id";"text"', ["text"]), "csv");
  assertEquals(looksLikeTable("id\tsubject\tbody", ["subject", "body"]), "tsv");
  assertEquals(looksLikeTable('{"text":"a"}', ["text"]), "jsonl");
});

Deno.test("looksLikeTable() leaves texts alone", () => {
  for (const line of ["text", "a text, with a comma", "the text, again", "{curly}", "", "id,body"]) {
    assertEquals(looksLikeTable(line, ["text"]), undefined, line);
  }
});
