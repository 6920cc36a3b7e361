import { assertEquals, assertThrows } from "@std/assert";
import { parseTexts, readTexts } from "./parse.ts";

Deno.test("parseTexts() keeps every plain line, so that answers line up with the input", () => {
  const inputs = parseTexts("\ufefffirst\r\n\r\n third \n", { file: "in.txt", format: "lines" });
  assertEquals(inputs, [{ text: "first", row: 1 }, { text: "", row: 2 }, { text: " third ", row: 3 }]);
});

Deno.test("parseTexts() reads texts and pairs from JSON Lines and needs no label", () => {
  const inputs = parseTexts('{"text":"a"}\n{"text":"b","text_pair":"c","id":7}', {
    file: "in.jsonl",
    format: "jsonl",
  });
  assertEquals(inputs, [{ text: "a", row: 1 }, { text: "b", textPair: "c", row: 2 }]);
  assertThrows(
    () => parseTexts("plain", { file: "in.jsonl", format: "jsonl" }),
    SyntaxError,
    "in.jsonl:1: not JSON",
  );
});

Deno.test("parseTexts() joins several columns by a line feed, a null beside a text as nothing", () => {
  const several = { textColumn: ["subject", "body"] };
  assertEquals(parseTexts("id,subject,body\n1,Hi,late\n2,,again\n", { file: "in.csv", ...several }), [
    { text: "Hi\nlate", row: 2 },
    { text: "\nagain", row: 3 },
  ]);
  const joined = parseTexts("Hi,late\n", {
    file: "in.csv",
    header: false,
    textColumn: [2, 1],
    textJoiner: " – ",
  });
  assertEquals(joined, [{ text: "late – Hi", row: 1 }]);
  const json = '{"subject":null,"body":"late"}\n{"subject":null,"body":null}';
  assertEquals(parseTexts(json.split("\n")[0], { file: "in.jsonl", ...several }), [{
    text: "\nlate",
    row: 1,
  }]);
  assertThrows(
    () => parseTexts(json, { file: "in.jsonl", ...several }),
    SyntaxError,
    'in.jsonl:2: "subject" must be a string, got null; option skipEmpty leaves rows without a text out',
  );
});

Deno.test("parseTexts() does not take text_pair for a second text where it is part of the first", () => {
  const textColumn = ["text", "text_pair"];
  assertEquals(parseTexts("text,text_pair\na,b\n", { file: "in.csv", textColumn }), [{
    text: "a\nb",
    row: 2,
  }]);
});

Deno.test("parseTexts() names all columns that are missing, and the nearest of each", () => {
  assertThrows(
    () => parseTexts("subjekt,bodi,id\na,b,c\n", { file: "in.csv", textColumn: ["subject", "body"] }),
    RangeError,
    'no columns "subject" (did you mean "subjekt"?) and "body" (did you mean "bodi"?)',
  );
});

Deno.test("parseTexts() says how a column is named whose name holds a comma", () => {
  const content = 'id,"Subject, short"\n1,a\n';
  assertThrows(
    () => parseTexts(content, { file: "in.csv", textColumn: ["Subject", " short"] }),
    RangeError,
    'column numbers; a name that holds a comma stands in double quotes: "Subject, short"',
  );
  assertEquals(parseTexts(content, { file: "in.csv", textColumn: "Subject, short" }), [{
    text: "a",
    row: 2,
  }]);
});

Deno.test("readTexts() keeps numbers of JSON as they are written, if asked", () => {
  const line = '{"id":12345678901234567890,"share":1.0,"text":"a","more":{"n":1e400}}';
  const read = (exactNumbers: boolean) => {
    const { texts: [{ record }] } = readTexts(line, { file: "in.jsonl", exactNumbers });
    return JSON.stringify(Object.fromEntries(record.names.map((name, i) => [name, record.values[i]])));
  };
  assertEquals(read(true), line);
  assertEquals(read(false), '{"id":12345678901234567000,"share":1,"text":"a","more":{"n":null}}');
});
