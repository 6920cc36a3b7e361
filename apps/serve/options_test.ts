import { assertEquals, assertThrows } from "@std/assert";
import { parseFlags, UsageError } from "@taxon/app-shared";
import { mainCommand, readModelSources, serveCommand, writeFlags } from "./options.ts";

Deno.test("readModelSources() names a model by its folder unless an id is given", () => {
  assertEquals(readModelSources(["runs/desk-1", "./other/", "de=/models/a=b", "bad name!"]), [
    { id: "desk-1", folder: "runs/desk-1" },
    { id: "other", folder: "./other/" },
    { id: "de", folder: "/models/a=b" },
    { id: "bad-name-", folder: "bad name!" },
  ]);
});

Deno.test("readModelSources() refuses no model, an id twice, and ids that cannot stand in a URL", () => {
  const refuse = (values: string[], message: string) =>
    assertThrows(() => readModelSources(values), UsageError, message);
  refuse([], "write --model FOLDER");
  refuse(["a/x", "b/x"], 'Cannot serve a/x and b/x both as "x"');
  refuse(["a b=folder"], 'as "a b"');
});

Deno.test("what the launcher passes on reads back as it was", () => {
  const args = [
    ...["--max-batch-tokens", "100", "--no-auto-truncate", "--threads", "2", "--backend", "cpu"],
    ...["--cors-allow-origin", "https://a.example", "--cors-allow-origin", "https://b.example"],
    ...["--metrics-port", "9000", "--no-json-logs", "--port", "1", "--api-key", "secret", "--model", "m"],
  ];
  const passed = writeFlags(parseFlags(args, serveCommand).flags);
  assertEquals(passed.join(" ").includes("secret"), false);
  const { model, ...expected } = parseFlags(args.slice(0, 14), mainCommand).flags;
  assertEquals(model, []);
  assertEquals(parseFlags(passed, mainCommand).flags, { model: [], ...expected });
});
