import { assertEquals, assertThrows } from "@std/assert";
import { parseRows } from "./parse.ts";
import { toExamples } from "./problem_type.ts";
import { formatOf } from "./table.ts";

const csv = (content: string, options = {}) => parseRows(content, { file: "train.csv", ...options });
const tsv = (content: string, options = {}) => parseRows(content, { file: "train.tsv", ...options });
const jsonl = (content: string, options = {}) => parseRows(content, { file: "train.jsonl", ...options });

Deno.test("parseRows() reads RFC 4180 fields with quotes, commas, line breaks, BOM and CRLF", () => {
  const rows = csv('\ufefflabel,text\r\npos,"two\r\nlines, ""quoted"""\r\nneg,"last"');
  assertEquals(rows, [
    { text: 'two\nlines, "quoted"', label: "pos", row: 2, file: "train.csv" },
    { text: "last", label: "neg", row: 4, file: "train.csv" },
  ]);
});

Deno.test("parseRows() takes a column text_pair where there is one and any column that is named", () => {
  assertEquals(csv("text,text_pair,label\na,b,c\n")[0].textPair, "b");
  assertEquals(
    csv("question,answer,kind\na,b,c\n", {
      textColumn: "question",
      pairColumn: "answer",
      labelColumn: "kind",
    }),
    [
      { text: "a", textPair: "b", label: "c", row: 2, file: "train.csv" },
    ],
  );
});

Deno.test("parseRows() keeps double quotes of a TSV file as letters unless rfc4180 quoting is asked for", () => {
  const content = 'text\tlabel\nthe "best" one\tpos\n"5 inch\tneg\n';
  assertEquals(tsv(content).map(({ text }) => text), ['the "best" one', '"5 inch']);
  assertEquals(tsv('text\tlabel\n"a\tb"\tpos\n', { quoting: "rfc4180" })[0].text, "a\tb");
});

Deno.test("parseRows() finds columns by number in a file without a header", () => {
  const rows = tsv("LOC\tLOC:city\tWhere ?\n", { header: false, textColumn: "3", labelColumn: 1 });
  assertEquals(rows, [{ text: "Where ?", label: "LOC", row: 1, file: "train.tsv" }]);
  assertThrows(
    () => tsv("LOC\tWhere ?\n", { header: false, textColumn: 3, labelColumn: 1 }),
    RangeError,
    'Cannot read train.tsv: textColumn is "3"; without a header columns are numbers from 1 to 2',
  );
});

Deno.test("parseRows() names the available columns when one does not exist", () => {
  const error = assertThrows(() => csv("text,category\na,b\n"), RangeError);
  assertEquals(
    error.message,
    'Cannot read train.csv: no column "label"; its first line names "text", "category": choose one as labelColumn, ' +
      "or read the file without a header and give column numbers",
  );
  assertThrows(() => csv("text,label\na,b\n", { pairColumn: "context" }), RangeError, 'no column "context"');
});

Deno.test("parseRows() names file and line of a malformed delimited row", () => {
  const long = 'text,label\n"spans\nthree\nlines",pos\n'; // the next row starts on line 5
  const cases: [string, string][] = [
    [long + "a,b,c\n", "train.csv:5: row has 3 fields, expected 2 as on line 1"],
    [long + "alone\n", "train.csv:5: row has 1 fields, expected 2"],
    [long + 'a "b" c,pos\n', 'train.csv:5: column 3: bare " in non-quoted-field'],
    [long + '"never closed,pos\n', "train.csv:5: column"],
    [long + "\na,pos\n", "train.csv:5: row is blank"],
    ["", "train.csv:1: file is empty"],
    ["text,text,label\n", 'train.csv:1: column "text" appears twice'],
  ];
  for (const [content, message] of cases) assertThrows(() => csv(content), SyntaxError, message);
  assertThrows(() => tsv("text\tlabel\na\tb\tpos\n"), SyntaxError, "a tab inside a text splits it");
});

Deno.test("parseRows() keeps empty texts and rows of empty TSV fields", () => {
  assertEquals(tsv("text\tlabel\n\tpos\n  \tneg\n\n").map(({ text }) => text), ["", "  "]);
});

Deno.test("parseRows() cuts a label field at the separator", () => {
  const rows = csv('text,label\na,"billing, refund"\nb,\n', { labelSeparator: "," });
  assertEquals(rows.map(({ label }) => label), [["billing", "refund"], []]);
});

Deno.test("parseRows() and toExamples() take a list of one in a field as the label asked for", () => {
  const rows = csv('text,label\na,[\'x\']\nb,"[""y""]"\n');
  assertEquals(rows.map(({ label }) => label), [["x"], ["y"]]);
  assertEquals(toExamples(rows, "single_label_classification").map(({ labels }) => labels), [["x"], ["y"]]);
});

Deno.test("parseRows() reads JSON Lines with strings, numbers and lists as labels", () => {
  const rows = jsonl(
    '{"text":"a","label":1,"other":[]}\r\n{"text":"b","text_pair":"c","label":["x","y"]}\n\n',
  );
  assertEquals(rows, [
    { text: "a", label: "1", row: 1, file: "train.jsonl" },
    { text: "b", textPair: "c", label: ["x", "y"], row: 2, file: "train.jsonl" },
  ]);
});

Deno.test("parseRows() names file, line and fault of a malformed JSON row", () => {
  const cases: [string, string][] = [
    ['{"text":"a","label":"b"', "train.jsonl:1: not JSON: "],
    ['{"text":"a","label":"b"}\n["a"]', "train.jsonl:2: expected an object"],
    ['{"text":"a","label":"b"}\n\n{"text":"a","label":"b"}', "train.jsonl:2: not JSON: "],
    ['{"body":"a","label":"b"}', 'train.jsonl:1: no key "text"; the keys of this row are: "body", "label"'],
    ['{"text":null,"label":"b"}', 'train.jsonl:1: "text" must be a string, got null'],
    ['{"text":"a","label":null}', "train.jsonl:1: a label must be a string"],
    ['{"text":"a","label":["b","b"]}', 'train.jsonl:1: label "b" is listed twice'],
    ['{"text":"a"}', 'train.jsonl:1: no key "label"'],
  ];
  for (const [content, message] of cases) assertThrows(() => jsonl(content), SyntaxError, message);
});

Deno.test("parseRows() does not mistake the prototype of an object for its keys", () => {
  assertThrows(() => jsonl('{"text":"a"}', { labelColumn: "toString" }), SyntaxError, 'no key "toString"');
  assertEquals(jsonl('{"text":"a","__proto__":"b"}', { labelColumn: "__proto__" })[0].label, "b");
});

Deno.test("formatOf() goes by the ending and refuses the unknown", () => {
  assertEquals(["a.CSV", "b.tsv", "c.jsonl", "d.ndjson"].map(formatOf), ["csv", "tsv", "jsonl", "jsonl"]);
  assertThrows(() => formatOf("data.xlsx"), RangeError, "must end in .csv, .tsv, .jsonl, .ndjson or .json");
});
