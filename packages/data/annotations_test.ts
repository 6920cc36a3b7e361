import { assertEquals, assertThrows } from "@std/assert";
import { type ParseOptions, parseRows, parseTexts } from "./parse.ts";

function read(rows: readonly object[] | string, options: Partial<ParseOptions> = {}) {
  const warnings: string[] = [];
  const content = typeof rows === "string" ? rows : rows.map((row) => JSON.stringify(row)).join("\n");
  const found = parseRows(content, {
    file: "t.jsonl",
    ...options,
    warn: (message) => warnings.push(message),
  });
  return { rows: found.map(({ text, label, row }) => [text, label, row]), warnings };
}

Deno.test("parseRows() leaves out rows that annotators set aside, and says how many and why", () => {
  const prodigy = [
    { text: "a", accept: ["x"], answer: "accept" },
    { text: "b", accept: [], answer: "ignore" },
    { text: "c", accept: ["y"], answer: "reject" },
  ];
  assertEquals(read(prodigy, { labelColumn: "accept" }), {
    rows: [["a", ["x"], 1]],
    warnings: ["t.jsonl: 2 of 3 rows are left out, as annotators set them aside (t.jsonl:2, answer: ignore)"],
  });
  const argilla = [{ text: "a", label: "x", status: "Validated" }, {
    text: "b",
    label: null,
    status: "Discarded",
  }];
  assertEquals(read(argilla).rows, [["a", "x", 1]]);
  assertEquals(read("text,label,rejected\na,x,False\nb,y,True\n", { file: "t.csv" }).rows, [["a", "x", 2]]);
  const responses = [
    { text: "a", label: [{ value: "x", status: "submitted" }] },
    { text: "b", label: [{ value: "y", status: "discarded" }] },
  ];
  assertEquals(read(responses).warnings, [
    "t.jsonl: 1 of 2 rows are left out, as annotators set them aside (t.jsonl:2, no answer)",
  ]);
});

Deno.test("parseRows() keeps all rows where a column only resembles that of an annotation tool", () => {
  const tickets = [{ text: "a", label: "x", status: "open" }, { text: "b", label: "y", status: "discarded" }];
  assertEquals(read(tickets), { rows: [["a", "x", 1], ["b", "y", 2]], warnings: [] });
  const quiz = [{ text: "a", label: "x", answer: "reject" }, { text: "b", label: "y", answer: "Paris" }];
  assertEquals(read(quiz).warnings, []);
  const verdicts = [{ text: "a", answer: "accept" }, { text: "b", answer: "reject" }];
  assertEquals(read(verdicts, { labelColumn: "answer" }).rows, [["a", "accept", 1], ["b", "reject", 2]]);
});

/** A task of Label Studio with the choices of each annotator; undefined is a cancelled annotation. */
const task = (text: string, ...choices: (string[] | undefined)[]) => ({
  id: 1,
  data: { text },
  annotations: choices.map((chosen) => ({
    was_cancelled: chosen === undefined,
    result: [{
      from_name: "mood",
      to_name: "text",
      type: "choices",
      value: { choices: chosen ?? ["skipped"] },
    }],
  })),
});

Deno.test("parseRows() reads tasks of Label Studio, whose answers must agree", () => {
  const tasks = [
    task("a", ["x"]),
    task("b", ["y"], ["y"]),
    task("c", undefined, ["x"]),
    task("d"),
    task("e", undefined),
  ];
  const options = { file: "t.json", labelColumn: "mood" };
  const { rows, warnings } = read(JSON.stringify(tasks, null, 1), options);
  assertEquals(rows.map(([text, label]) => [text, label]), [["a", ["x"]], ["b", ["y"]], ["c", ["x"]]]);
  assertEquals(warnings.length, 1);
  assertEquals(warnings[0].includes("2 of 5 rows are left out"), true);
  assertThrows(
    () => read([task("a", ["x"], ["y"])], { labelColumn: "mood" }),
    SyntaxError,
    "t.jsonl:1: annotators disagree",
  );
  assertThrows(() => read(tasks), SyntaxError, 'no key "label"; the keys of this row are: "text", "mood"');
  assertEquals(parseTexts(JSON.stringify(tasks), { file: "t.json" }).map(({ text }) => text), [..."abcde"]);
});
