import { assert, assertEquals } from "@std/assert";
import { type Command, helpText } from "@taxon/app-shared";
import { repositoryFiles } from "./support/repository.ts";

/** The commands of all apps, by the module that defines each. */
async function commands(): Promise<Command[]> {
  const files = repositoryFiles("apps/").filter((file) => /\/(?:command|options)\.ts$/.test(file));
  const modules = await Promise.all(
    files.filter((file) => !file.startsWith("apps/shared/")).map((file) => import(`../${file}`)),
  );
  return modules.flatMap(Object.values).filter((value): value is Command =>
    typeof value === "object" && value !== null && "summary" in value && "flags" in value
  );
}

Deno.test("the help of every command fits a terminal of 80 columns, its examples unbroken", async () => {
  const found = await commands();
  assert(found.length >= 10, "commands of the apps were not found");
  for (const command of found) {
    const text = helpText(command, 80);
    const wide = text.split("\n").filter((line) => line.length > 80);
    assertEquals(wide, [], command.name);
    for (const { args } of command.examples) {
      assert(text.includes(`deno task ${command.name} ${args}`.trimEnd()), args);
    }
    const words = (help: string) =>
      help.replace(/\n {2}# /g, " ").split(/\s+/).filter((word) => word !== "#");
    assertEquals(words(text), words(helpText(command)), `${command.name}: the same words as in a pipe`);
  }
});

Deno.test("the help of a command in a pipe has each description in one line", async () => {
  for (const command of await commands()) {
    const lines = helpText(command).split("\n");
    for (const { description } of Object.values(command.flags)) {
      assert(lines.some((line) => line.includes(description)), description);
    }
  }
});
