import { assertEquals, assertThrows } from "@std/assert";
import { rowsFromFolders } from "./folders.ts";
import { type ParseOptions, parseRows, parseTexts } from "./parse.ts";

/** Texts that are left with `skipEmpty`, and what is said of the others. */
function kept(file: string, content: string, options: Partial<ParseOptions> = {}) {
  const said: string[] = [];
  const rows = parseRows(content, {
    file,
    skipEmpty: true,
    warn: (message) => said.push(message),
    ...options,
  });
  return { texts: rows.map(({ text, row }) => [text, row]), said };
}

Deno.test("parseRows() leaves rows without label or text out if asked, counts them and names their lines", () => {
  assertEquals(kept("t.csv", 'text,label\na,x\nb,\n,x\n" \n ",x\nc, \nd,y\n'), {
    texts: [["a", 2], ["d", 8]],
    said: ["t.csv: left out 4 rows: 2 without a label (lines 3, 7), 2 without a text (lines 4, 5)"],
  });
  const many = Array.from({ length: 8 }, () => "a,\n").join("");
  assertEquals(kept("t.csv", `text,label\n${many}`).said, [
    "t.csv: left out 8 rows: 8 without a label (lines 2, 3, 4, 5, 6 and 3 more)",
  ]);
  assertEquals(kept("t.csv", "text,label\na,x\n"), { texts: [["a", 2]], said: [] });
});

Deno.test("parseRows() takes null and an absent key for empty, but an empty list for the answer that it is", () => {
  const rows = [
    { text: "a", label: ["x"] },
    { text: "b", label: null },
    { text: "c" },
    { text: null, label: ["x"] },
    { label: ["x"] },
    { text: "d", label: [] },
  ];
  const content = rows.map((row) => JSON.stringify(row)).join("\n");
  assertEquals(kept("t.jsonl", content), {
    texts: [["a", 1], ["d", 6]],
    said: ["t.jsonl: left out 4 rows: 2 without a label (lines 2, 3), 2 without a text (lines 4, 5)"],
  });
  assertThrows(
    () => kept("t.jsonl", content, { labelColumn: "topic" }),
    SyntaxError,
    't.jsonl:1: no key "topic"',
  );
});

Deno.test("parseRows() leaves a row out only if all columns of its text are empty", () => {
  const { texts } = kept("t.csv", "a,b,label\n,late,x\n,,x\n", { textColumn: ["a", "b"] });
  assertEquals(texts, [["\nlate", 2]]);
});

Deno.test("parseRows() says what leaves empty rows out where it refuses one", () => {
  const parse = (content: string) => parseRows(content, { file: "t.jsonl" });
  const remedy = "option skipEmpty leaves rows without a";
  assertThrows(() => parse('{"text":"a","label":null}'), SyntaxError, `got null; ${remedy} label out`);
  assertThrows(() => parse('{"text":null,"label":"a"}'), SyntaxError, `got null; ${remedy} text out`);
});

Deno.test("parseTexts() does not look at labels", () => {
  const texts = parseTexts("text,label\na,\n,x\n", { file: "t.csv", skipEmpty: true });
  assertEquals(texts, [{ text: "a", row: 2 }]);
});

Deno.test("rowsFromFolders() leaves empty files out if asked", () => {
  const entries = ["late", " \n", ""].map((text, i) => ({ label: "a", file: `d/a/${i}.txt`, text }));
  const said: string[] = [];
  const rows = rowsFromFolders(entries, { skipEmpty: true, warn: (message) => said.push(message) });
  assertEquals(rows.map(({ text }) => text), ["late"]);
  assertEquals(said, ["left out 2 files without a text: d/a/1.txt, d/a/2.txt"]);
  assertEquals(rowsFromFolders(entries).length, 3);
});
