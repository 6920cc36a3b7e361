import { assertEquals, assertThrows } from "@std/assert";
import { parseTexts } from "./parse.ts";

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
