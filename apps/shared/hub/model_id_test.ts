import { assertEquals, assertThrows } from "@std/assert";
import { UsageError } from "../flags.ts";
import { parseModelId } from "./model_id.ts";

Deno.test("parseModelId() reads names with and without organisation and revision", () => {
  const read = (text: string) => Object.values(parseModelId(text));
  assertEquals(read("sentence-transformers/all-MiniLM-L6-v2"), [
    "sentence-transformers/all-MiniLM-L6-v2",
    "main",
  ]);
  assertEquals(read("bert-base-uncased"), ["bert-base-uncased", "main"]);
  assertEquals(read("org/name@v1.0"), ["org/name", "v1.0"]);
  assertEquals(read("org/name@refs/pr/7"), ["org/name", "refs/pr/7"]);
  assertEquals(read("org/_name"), ["org/_name", "main"]);
});

Deno.test("parseModelId() refuses what is no name on the Hub, and what would lead out of the cache", () => {
  const texts = [
    "",
    "a/b/c",
    "/etc",
    "./model",
    "../model",
    "~/model",
    "a..b",
    "a--b",
    "org/",
    "org/name.git",
  ];
  const hostile = [
    "org/..",
    "org/name\n",
    "org/name?x",
    "C:\\model",
    "org/na me",
    "ünï/code",
    "a".repeat(97),
  ];
  const revisions = ["", "..", "a/../b", "/etc", "a//b", ".hidden", "a/.b", "main.tmp", "a b", "a\\b"];
  for (const text of [...texts, ...hostile, ...revisions.map((revision) => `org/name@${revision}`)]) {
    assertThrows(() => parseModelId(text), UsageError, "Cannot use the", `"${text}" was taken`);
  }
});
