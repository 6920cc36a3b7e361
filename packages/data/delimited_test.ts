import { assertEquals, assertThrows } from "@std/assert";
import { type ParseOptions, parseRows } from "./parse.ts";

/** Texts and labels of the rows, and what was warned of. */
function read(content: string, options: Partial<ParseOptions> = {}): { rows: unknown[]; warnings: string[] } {
  const warnings: string[] = [];
  const rows = parseRows(content, { file: "t.csv", ...options, warn: (message) => warnings.push(message) });
  return { rows: rows.map(({ text, label }) => [text, label]), warnings };
}

const refused = (content: string, options: Partial<ParseOptions>, message: string) =>
  assertThrows(() => read(content, options), Error, message);

const ROWS = [["warm, fresh bread", "good"], ["cold", "bad"]];

Deno.test("parseRows() reads a file by the separator its first line shows, and says so", () => {
  const said = (
    name: string,
  ) => [`t.csv: fields are separated by ${name}; option separator can say otherwise`];
  const cases: [string, string, string][] = [
    ["text;label\nwarm, fresh bread;good\ncold;bad\n", "t.csv", "a semicolon"],
    ['id|"label"|text\n1|good|"warm, fresh bread"\n2|bad|cold\n', "t.csv", "a pipe"],
    ["text\tlabel\nwarm, fresh bread\tgood\ncold\tbad\n", "t.csv", "a tab"],
    ['text,label\n"warm, fresh bread",good\ncold,bad\n', "t.tsv", "a comma"],
    ["sep=;\r\ntext;label\r\nwarm, fresh bread;good\r\ncold;bad\r\n", "t.csv", "a semicolon"],
    ['"sep=^"\rtext^label\rwarm, fresh bread^good\rcold^bad', "t.csv", '"^"'],
  ];
  for (const [content, file, name] of cases) {
    const warnings = said(name).map((message) => message.replace("t.csv", file));
    assertEquals(read(content, { file }), { rows: ROWS, warnings }, content);
  }
  assertEquals(read(cases[0][0], { separator: "semicolon" }), { rows: ROWS, warnings: [] });
  assertEquals(read(cases[2][0], { separator: "\\t" }), { rows: ROWS, warnings: [] });
});

Deno.test("parseRows() tells the separator of a file without a header by its rows, or asks", () => {
  const columns = { header: false, textColumn: 1, labelColumn: 2 };
  const { rows } = read("warm, fresh bread;good\ncold;bad\n", columns);
  assertEquals(rows, ROWS);
  refused(
    "warm, fresh;good\nnot, cold;bad\n",
    columns,
    "t.csv:1: a comma or a semicolon may separate the fields; choose with option separator",
  );
  assertEquals(read("warm, fresh;good\nnot, cold;bad\n", { ...columns, separator: ";" }).rows, [
    ["warm, fresh", "good"],
    ["not, cold", "bad"],
  ]);
  const tabs = read("warm, fresh\tgood\nnot, cold\tbad\n", { ...columns, file: "t.tsv" });
  assertEquals([tabs.rows.length, tabs.warnings], [2, [
    "t.tsv:1: a tab or a comma may separate the fields; a tab is taken",
  ]]);
});

Deno.test("parseRows() lists the columns of a file that another separator cuts, and refuses a wrong one", () => {
  refused(
    "id;body;kind\n1;a;b\n",
    {},
    'no columns "text" and "label"; its first line names "id", "body", "kind", separated by a semicolon',
  );
  refused(
    "text,label\na,b\n",
    { separator: ";" },
    'names "text,label", but looks separated by a comma: see option separator',
  );
  refused(
    "sep=;\ntext;label\n",
    { separator: "," },
    "t.csv:1: the line says that a semicolon separates the fields, not a comma",
  );
  for (const separator of ["", '"', "\n", ";;", "colon"]) {
    refused("text,label\n", { separator }, `Cannot separate fields by "${separator}"`);
  }
});

Deno.test("parseRows() minds a name that appears twice only where it is asked for", () => {
  assertEquals(read("id,id,,text,label,\n1,2,x,a,b,y\n").rows, [["a", "b"]]);
  assertEquals(read('v1,v2,,,\nham,"a, b",,,\n', { textColumn: "v2", labelColumn: "v1" }).rows, [[
    "a, b",
    "ham",
  ]]);
  refused("text,label,label\na,b,c\n", {}, 't.csv:1: column "label" appears twice in the header; rename one');
  refused("text,label,text_pair,text_pair\na,b,c,d\n", {}, 'column "text_pair" appears twice');
});

Deno.test("parseRows() reads line ends of all systems, and keeps a lone CR within quotes", () => {
  for (const end of ["\n", "\r\n", "\r", "\r\r\n"]) {
    const content = ["text,label", '"warm, fresh bread",good', "cold,bad", ""].join(end);
    assertEquals(read(content), { rows: ROWS, warnings: [] }, JSON.stringify(end));
  }
  assertEquals(read('text,label\n"a\rb",c\n').rows, [["a\rb", "c"]]);
  assertEquals(read('text,label\r"a\nb",c\r').rows, [["a\nb", "c"]]);
  assertEquals(read("label\ttext\rx\ta\ry\tb", { file: "t.tsv" }).rows, [["a", "x"], ["b", "y"]]);
  refused("text,label\ra,b\rc\r", {}, "t.csv:3: row has 1 fields, expected 2 as on line 1");
});

Deno.test("parseRows() lists 20 columns of a file that has more", () => {
  const names = Array.from({ length: 23 }, (_, i) => `c${i}`).join(",");
  refused(`${names}\n`, {}, '"c18", "c19" and 3 more: choose with textColumn');
});

Deno.test("parseRows() speaks of the separator in use, and of quoting where quotes are in the way", () => {
  refused(
    "text;label\na;b;c\n",
    { quoting: "none", separator: ";" },
    "t.csv:2: row has 3 fields, expected 2 as on line 1; a semicolon inside a text splits it",
  );
  refused("text,label\na,b,c\n", { quoting: "none" }, "a comma inside a text splits it");
  refused(
    'text\tlabel\n"a\tb"\tc\n',
    { file: "t.tsv" },
    "a tab inside a text splits it, unless option quoting is rfc4180",
  );
  refused(
    'text,label\n5" pipe,b\n',
    {},
    't.csv:2: column 2: bare " in non-quoted-field; double every quote inside a quoted field, or choose option quoting none if quotes are letters',
  );
  assertEquals(read('text,label\n5" pipe,b\n', { quoting: "none" }).rows, [['5" pipe', "b"]]);
});

Deno.test("parseRows() doubts quotes that seem to enclose the fields of a TSV file", () => {
  const doubt = [
    "t.tsv:3: quotes around a field are kept as letters; choose option quoting rfc4180 if they enclose it, or option quoting none to say that they do not",
  ];
  const tsv = { file: "t.tsv" };
  assertEquals(read('text\tlabel\na\tb\n"he said ""hi"""\tc\n', tsv).warnings, doubt);
  assertEquals(read('text\tlabel\na\tb\n"begins\tx\nends"\ty\n', tsv).warnings, doubt);
  assertEquals(read('text\tlabel\na\tb\n"5 inch\tc\nthe "best" one\td\n', tsv).warnings, []);
  assertEquals(read('text\tlabel\na\tb\n"all of it"\tc\n', { ...tsv, quoting: "none" }).warnings, []);
});

Deno.test("parseRows() names all missing columns at once, each with the nearest one", () => {
  refused(
    "Text,lable,x\na,b,c\n",
    { pairColumn: "context" },
    'Cannot read t.csv: no columns "text" (did you mean "Text"?) and "context" and "label" (did you mean "lable"?); its ' +
      'first line names "Text", "lable", "x": choose with textColumn and pairColumn and labelColumn, or',
  );
  refused("text, label\na,b\n", {}, 'no column "label" (did you mean " label"?)');
});
