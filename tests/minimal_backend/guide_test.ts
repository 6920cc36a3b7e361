import { assertEquals } from "@std/assert";
import { readText, repositoryFiles } from "../support/repository.ts";

Deno.test("docs/write_a_backend.md holds these files, word for word and none else", () => {
  const guide = readText("docs/write_a_backend.md")!;
  const shown = guide.matchAll(/^`(\w+\.ts)`:\n\n```ts\n([^]*?)^```$/gm).map(([, name, code]) =>
    [name, code] as const
  );
  const folder = "tests/minimal_backend/";
  const files = repositoryFiles(folder).filter((file) => !file.endsWith("guide_test.ts"))
    .map((file) => [file.slice(folder.length), readText(file)!] as const);
  assertEquals(new Map(shown), new Map(files));
});
