import { assertEquals } from "@std/assert";
import { readmes } from "./readmes.ts";
import { readText, repositoryFiles } from "./support/repository.ts";

Deno.test("each package has a README of one screen, with what its mod.ts says of it and an example that runs", async () => {
  const files = repositoryFiles();
  const problems: string[] = [];
  for (const [path, text] of await readmes()) {
    if (!/^```ts$/m.test(text)) problems.push(`mod.ts of ${path} opens with no example that runs: add one`);
    if (!files.includes(path) || readText(path) !== text) {
      problems.push(`${path} is not what mod.ts says: run deno run -A tests/readmes.ts`);
    }
  }
  assertEquals(problems, []);
});
