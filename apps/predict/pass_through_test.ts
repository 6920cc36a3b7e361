import { assertEquals, assertThrows } from "@std/assert";
import { passedFields } from "./pass_through.ts";

Deno.test("passedFields() keeps names, except those that say something about the answer", () => {
  const names = [
    "id",
    "text",
    "label",
    "score",
    "scores",
    "labels",
    "truncated",
    "score:a",
    "Label",
    "subject",
  ];
  assertEquals(
    Object.fromEntries(passedFields("all", names, ["subject", "text"])),
    {
      id: "id",
      text: "input_text",
      label: "input_label",
      score: "input_score",
      scores: "input_scores",
      labels: "input_labels",
      truncated: "input_truncated",
      "score:a": "input_score:a",
      Label: "Label",
      subject: "subject",
    },
  );
  assertEquals([...passedFields("all", ["text"], ["text"])], [["text", "text"]]);
  assertEquals([...passedFields("all", ["text", "body"], ["body"])], [["text", "input_text"], [
    "body",
    "body",
  ]]);
});

Deno.test("passedFields() finds a free name where input_… is taken, whatever is passed", () => {
  const rows = ["label", "input_label", "input_input_label", "id"];
  const all = Object.fromEntries(passedFields("all", rows, ["text"]));
  assertEquals(all, {
    label: "input_input_input_label",
    input_label: "input_label",
    input_input_label: "input_input_label",
    id: "id",
  });
  assertEquals([...passedFields("label", rows, ["text"])], [["label", "input_input_input_label"]]);
});

Deno.test("passedFields() passes all, none, or the fields that are named, in that order", () => {
  const rows = ["id", "a,b", "text"];
  assertEquals(passedFields("none", rows, ["text"]).size, 0);
  assertEquals([...passedFields('"a,b",id', rows, ["text"]).keys()], ["a,b", "id"]);
  assertThrows(
    () => passedFields("ID", rows, ["text"]),
    Error,
    'Cannot pass "ID" through: the input has "id", "a,b", "text"; name fields, or use all or none',
  );
  assertThrows(() => passedFields("id", [], ["text"]), Error, "the texts have no fields");
  assertEquals(passedFields("all", [], ["text"]).size, 0);
});
