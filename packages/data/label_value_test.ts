import { assertEquals, assertThrows } from "@std/assert";
import { labelReader } from "./label_value.ts";
import { parseLiteral } from "./literal.ts";

function reader(labelSeparator?: string) {
  const warnings: string[] = [];
  const read = labelReader({ file: "t.csv", labelSeparator, warn: (message) => warnings.push(message) });
  return { read, warnings };
}

Deno.test("labelReader() reads what annotation tools export as labels", () => {
  const { read, warnings } = reader();
  const cases: [unknown, string | string[] | undefined][] = [
    ["a", "a"],
    [3, "3"],
    [true, "true"],
    [["a"], ["a"]],
    [[1, 2], ["1", "2"]],
    [{ choices: ["a", "b"] }, ["a", "b"]],
    [{ choices: "a" }, "a"],
    [[{ choices: "a" }], ["a"]],
    [{ a: 1, b: 0, c: 1.0 }, ["a", "c"]],
    [{ a: true, b: false }, ["a"]],
    [{ a: 0, b: 0 }, []],
    [[{ label: "a" }, { label: "b" }], ["a", "b"]],
    [[{ value: "a", status: "submitted", user_id: "u" }], "a"],
    [[{ value: "a", status: "submitted" }, { value: "b", status: "discarded" }], "a"],
    [[{ value: ["a", "b"] }, { value: ["b", "a"] }], ["a", "b"]],
    [[{ value: "a", status: "draft" }], undefined],
    [[], []],
  ];
  for (const [value, label] of cases) assertEquals(read(value, 2), label, JSON.stringify(value));
  assertEquals(warnings, []);
});

Deno.test("labelReader() reads lists and dictionaries that were written into a field, saying so once", () => {
  for (
    const [field, labels] of [
      ["['a', 'b']", ["a", "b"]],
      ['["a", "b"]', ["a", "b"]],
      ["['a' 'b']", ["a", "b"]], // numpy
      ["('a',)", ["a"]],
      ["{'a', 'b'}", ["a", "b"]],
      ["[1, 2]", ["1", "2"]],
      ["{'a': 1.0, 'b': 0.0}", ["a"]],
      ['{"choices": ["a"]}', ["a"]],
      [`["it's", 'two\\'s', "t\\u00e9"]`, ["it's", "two's", "té"]],
      ["[]", []],
    ] as const
  ) {
    for (const separator of [undefined, ","]) {
      const { read, warnings } = reader(separator);
      assertEquals([read(field, 2), read(field, 3)], [[...labels], [...labels]], field);
      assertEquals(warnings, [`t.csv:2: labels such as ${field} are read as lists`]);
    }
  }
});

Deno.test("labelReader() warns of a class that looks like a list, and leaves brackets within a name alone", () => {
  for (const field of ["[a, b]", "[urgent]", "{x}", "['a', 'b'", "['a', b]", "array(['a'], dtype=object)"]) {
    const { read, warnings } = reader();
    assertEquals(read(field, 7), field);
    const listLike = /^[[{].*[\]}]$/.test(field) || field.startsWith("array(");
    const message =
      `t.csv:7: label ${field} looks like a list but is none, and is taken as the name of a class`;
    assertEquals(warnings, listLike ? [message] : [], field);
  }
  for (const field of ["(none)", "(1)", "spam [old]", "a, b", "", "[", ":-)"]) {
    const { read, warnings } = reader();
    assertEquals([read(field, 7), warnings], [field, []], field);
  }
});

Deno.test("labelReader() shortens what it shows, and shows it on one line", () => {
  const { read, warnings } = reader();
  read(`[${"x".repeat(1000)}]`, 2);
  read("['a',\n'b']", 3);
  assertEquals(warnings.map((warning) => [warning.length < 200, warning.includes("\n")]), [[true, false], [
    true,
    false,
  ]]);
});

Deno.test("labelReader() refuses, with the row, what is no label of a text", () => {
  const { read } = reader();
  const cases: [unknown, string][] = [
    [null, "t.csv:5: a label must be a string, a number, a boolean or an array of these, got null"],
    [
      { a: 0.7, b: 0.3 },
      't.csv:5: category "a" has the value 0.7; only 1 and 0 say whether it is a label of the text',
    ],
    [[[0, 5, "PER"]], "t.csv:5: a label must be a string"],
    [[{ start: 0, end: 5, label: "PER" }], "t.csv:5: the label marks a part of the text"],
    [{ start: 0, end: 5, labels: ["PER"] }, "t.csv:5: the label marks a part of the text"],
    [["a", "a"], 't.csv:5: label "a" is listed twice'],
    ["[0, 1, 0]", 't.csv:5: label "0" is listed twice'],
    [{ name: "a", note: "b" }, "got an object with the keys name, note"],
    [[{ value: "a" }, { value: "b" }], 't.csv:5: annotators disagree, "a" and "b"; settle on one answer'],
  ];
  for (const [value, message] of cases) assertThrows(() => read(value, 5), SyntaxError, message);
});

Deno.test("parseLiteral() takes Python's and JSON's collections and nothing else", () => {
  assertEquals(parseLiteral(" [True, None, -1.5e1, 'x', []] "), [true, null, -15, "x", []]);
  assertEquals(parseLiteral("{'a': {'b': (1, 2)}}"), { a: { b: [1, 2] } });
  for (
    const text of [
      "",
      "a",
      "'a'",
      "1",
      "['a'",
      "['a'] b",
      "[a]",
      "{'a': }",
      "{'a': 1, 'b'}",
      "[".repeat(100_000),
    ]
  ) {
    assertEquals(parseLiteral(text), undefined, text.slice(0, 20));
  }
});
