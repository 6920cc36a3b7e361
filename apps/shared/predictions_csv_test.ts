import { encoderConfig } from "@taxon/model";
import { assertEquals } from "@std/assert";
import { rfc4180Rows } from "../../tests/support/rfc4180.ts";
import { predictionsCsv } from "./predictions_csv.ts";

Deno.test("predictionsCsv() has a row for each example, whatever ends lines in its text", () => {
  const texts = ["plain", "lone\rreturn", 'a "quoted", comma', "both\r\nends", "\r"];
  const config = encoderConfig({ labels: ["a\rb", "c"] });
  const examples = texts.map((text, i) => ({
    text,
    textPair: `\r${i}`,
    labels: ["c"],
    file: "t.csv",
    row: i + 2,
  }));
  const scores = Float64Array.from(texts.flatMap(() => [0.75, 0.25]));
  const rows = rfc4180Rows(predictionsCsv(config, examples, scores));
  assertEquals(rows, [
    ["row", "text", "text_pair", "truth", "predicted", "score:a\rb", "score:c"],
    ...texts.map((text, i) => [`t.csv:${i + 2}`, text, `\r${i}`, "c", "a\rb", "0.75", "0.25"]),
  ]);
});
