import { assertEquals, assertThrows } from "@std/assert";
import { jsonRecords } from "./json_records.ts";

const rowsOf = (content: string) => jsonRecords(content, "t.json").map(({ row, values }) => [row, ...values]);

Deno.test("jsonRecords() reads an array of rows with the lines on which they start", () => {
  assertEquals(rowsOf('[{"a": 1}, {"a": "],\\"{"},\n\n  {"a": [{"b": "\\\\"}]}]\n'), [
    [1, 1],
    [1, '],"{'],
    [3, [{ b: "\\" }]],
  ]);
  assertEquals(rowsOf('\ufeff\r\n[\r\n{"a":\r\n1}\r\n,\r\n{"a":2}]'), [[3, 1], [6, 2]]);
  assertEquals(rowsOf('[\r{"a":1},\r{"a":2}\r]\r'), [[2, 1], [3, 2]]);
  assertEquals([rowsOf("[]"), rowsOf(" [ \n ] ")], [[], []]);
});

Deno.test("jsonRecords() reads a row a line, whatever the file is called", () => {
  assertEquals(rowsOf('{"a": 1}\n{"a": 2}\n\n'), [[1, 1], [2, 2]]);
});

Deno.test("jsonRecords() names the line of what is no row", () => {
  const cases: [string, string][] = [
    ['[\n{"a": 1},\n{"a" 2}\n]', "t.json:3: not JSON: "],
    ['[\n{"a": 1},\n]', "t.json:3: not JSON: "],
    ['[\n{"a": 1}\n{"a": 2}]', "t.json:2: not JSON: "],
    [
      '[\n{"a": 1},\n7]',
      't.json:3: expected an object such as {"text": "…", "label": "…"}, got a value of type number',
    ],
    ['[["text", "label"], ["a", "b"]]', "t.json:1: expected an object such as"],
    ['[\n{"a": 1},\n{"a": 2}\n', "t.json:2: not JSON: the array that starts on line 1 does not end"],
    ['[{"a": 1}]\n[{"a": 2}]', "t.json:1: not JSON: text behind the end of the array"],
    ['{\n "data": [{"a": 1}],\n "version": 1\n}', 'got one object with the keys "data", "version"'],
    ['[{"a": "x', "does not end"],
  ];
  for (const [content, message] of cases) {
    const error = assertThrows(() => rowsOf(content), SyntaxError);
    assertEquals(error.message.includes(message), true, `${error.message}, expected ${message}`);
  }
});
