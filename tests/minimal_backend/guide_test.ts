import { assertEquals } from "@std/assert";
import { readText, repositoryFiles } from "../support/repository.ts";

const page = "docs/write_a_backend.md";
const folder = "tests/minimal_backend/";

/** What to do about the first difference between a block of the page and its file; nothing where they agree. */
function difference(name: string, shown: string | undefined, file: string | undefined): string[] {
  if (shown === file) return [];
  if (shown === undefined) return [`${folder}${name} is not in ${page}: add a block with it, or remove it`];
  if (file === undefined) {
    return [`${page} shows ${name}, which is not in ${folder}: add it, or remove the block`];
  }
  const [there, here] = [shown, file].map((text) => text.split("\n"));
  const line = here.findIndex((text, i) => text !== there[i]);
  const at = line < 0 ? here.length : line;
  return [
    `${folder}${name} and its block in ${page} differ from line ${at + 1} on: the file has ` +
    `${JSON.stringify(here[at] ?? "")}, the page ${
      JSON.stringify(there[at] ?? "")
    }; copy the file into the block`,
  ];
}

Deno.test("docs/write_a_backend.md holds these files, word for word and none else", () => {
  const shown = new Map(
    readText(page)!.matchAll(/^`(\w+\.ts)`:\n\n```ts\n([^]*?)^```$/gm).map(([, name, code]) => [name, code]),
  );
  const files = new Map(
    repositoryFiles(folder).filter((file) => !file.endsWith("guide_test.ts"))
      .map((file) => [file.slice(folder.length), readText(file)!]),
  );
  const names = new Set([...shown.keys(), ...files.keys()]);
  assertEquals([...names].flatMap((name) => difference(name, shown.get(name), files.get(name))), []);
});

Deno.test("the check of the page says which line differs and what to do", () => {
  assertEquals(difference("mod.ts", "a\nb\n", "a\nb\n"), []);
  assertEquals(difference("mod.ts", "a\nb\n", "a\nc\n"), [
    "tests/minimal_backend/mod.ts and its block in docs/write_a_backend.md differ from line 2 on: the file has " +
    '"c", the page "b"; copy the file into the block',
  ]);
  assertEquals(difference("mod.ts", undefined, "a").length, 1);
  assertEquals(difference("mod.ts", "a", undefined).length, 1);
});
