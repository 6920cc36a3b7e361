import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { flagName, helpText } from "@taxon/app-shared";
import { readText } from "../../tests/support/repository.ts";
import { entries } from "./commands.ts";
import { completions, shells } from "./completions.ts";
import { overview, unknownCommand } from "./overview.ts";
import { permissionFlags } from "./permissions.ts";
import { tables } from "./tables.ts";

const config = JSON.parse(readText("deno.json")!);

Deno.test("taxon starts the module and the permissions of the task of the same name", () => {
  assertEquals(Object.keys(entries), Object.keys(tables));
  for (const [name, entry] of Object.entries(entries)) {
    assertEquals(tables[name].name, name);
    const { command } = config.tasks[name];
    assertStringIncludes(command, `-qP=${entry.permissions} `);
    assertStringIncludes(`${command} `, ` apps/${entry.module} `);
    assertEquals(command.includes("task -q hub"), entry.hub ?? false, name);
    assertEquals(command.includes("task -q self"), entry.deno ?? false, name);
  }
});

Deno.test("permissionFlags() gives a command what its set lists, paths made absolute, and the caller's variable", () => {
  const grants = { root: new URL("file:///checkout/"), deno: "/bin/deno,2", hosts: ["hub.example"] };
  const { predict, train, serve } = entries;
  assertEquals(permissionFlags(predict, config.permissions.predict, grants), [
    "--allow-read",
    "--allow-env=XDG_RUNTIME_DIR,TAXON_CALL",
    "--allow-ffi=/checkout/backends/ffi/native/target/release",
  ]);
  const flags = permissionFlags(train, config.permissions.train, grants);
  assertEquals(flags.filter((flag) => /net|run/.test(flag)), [
    "--allow-run=cargo",
    "--allow-net=hub.example",
  ]);
  assert(permissionFlags(serve, config.permissions.serve, grants).includes("--allow-run=/bin/deno,,2,cargo"));
});

Deno.test("taxon without arguments fits 80 columns, and says what to do first", () => {
  const text = overview(tables, 80);
  assertEquals(text.split("\n").filter((line) => line.length > 80), []);
  assertStringIncludes(text, "First:\n");
  for (const name of Object.keys(entries)) assertStringIncludes(text, `\n  ${name} `);
  assertEquals(unknownCommand("trian", Object.keys(entries)), 'Cannot run "trian": did you mean taxon train');
});

Deno.test("help shows each flag of train once, below what it is about", () => {
  const text = helpText(tables.train, 80, "taxon");
  assertStringIncludes(text, "Usage: taxon train [flags]");
  const titles = [...text.matchAll(/^(\w+):$/gm)].map(([, title]) => title);
  assertEquals(titles.filter((title) => title !== "Recipe"), [
    ...["Flags", "Data", "Model", "Training", "Output", "Compute", "Examples"],
  ]);
  for (const [property, flag] of Object.entries(tables.train.flags)) {
    assert(flag.group !== undefined, `--${flagName(property)} has no group`);
  }
});

/** What bash offers for a line, by the function of the completions. */
async function offered(line: string): Promise<string[]> {
  const words = line.split(" ");
  const script = `${completions("bash", tables)}
COMP_WORDS=(${words.map((word) => `'${word}'`).join(" ")}); COMP_CWORD=${words.length - 1}
_taxon; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const { stdout } = await new Deno.Command("bash", { args: ["-c", script] }).output();
  return new TextDecoder().decode(stdout).trim().split("\n");
}

Deno.test("bash completes commands, flags and their values", async () => {
  assertEquals(await offered("taxon pre"), ["predict", "pretrain"]);
  assertEquals(await offered("taxon train --grad"), ["--grad-accum", "--gradient-checkpointing"]);
  assertEquals(await offered("taxon predict --format j"), ["jsonl"]);
  assertEquals(await offered("taxon train --no-h"), ["--no-header"]);
  assertEquals(await offered("taxon completions f"), ["fish"]);
});

Deno.test("each shell's completions name every flag", () => {
  for (const shell of shells) {
    const script = completions(shell, tables);
    for (const [name, { flags }] of Object.entries(tables)) {
      assertStringIncludes(script, name);
      for (const property of Object.keys(flags)) assertStringIncludes(script, flagName(property), shell);
    }
  }
});
