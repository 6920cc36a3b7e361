/**
 * `taxon COMMAND …`: starts a command as its task does, in a process with the permissions of that task. Permissions belong
 * to a process, and this one, which starts the others, may only read and run Deno.
 */
import { CALL_VARIABLE, denoFlags, helpText, printError, terminalColumns, version } from "@taxon/app-shared";
import { fileURLToPath } from "node:url";
import { entries, type Entry } from "./commands.ts";
import { type Shell, shells } from "./completions.ts";
import { permissionFlags } from "./permissions.ts";

const here = new URL(".", import.meta.url);
const root = new URL("../../", here);

const [name, ...args] = Deno.args;
if (name === "--version") console.log(version);
else if (name === undefined || name === "--help" || name === "-h" || name === "help") {
  await printHelp(args[0]);
} else if (name === "completions") await printCompletions(args[0]);
else if (Object.hasOwn(entries, name)) Deno.exit(await start(entries[name], args));
else await refuse(name);

async function printHelp(command?: string): Promise<void> {
  const [{ tables }, { overview }] = await Promise.all([import("./tables.ts"), import("./overview.ts")]);
  const columns = terminalColumns(Deno.stdout);
  if (command === undefined) console.log(overview(tables, columns));
  else if (Object.hasOwn(tables, command)) console.log(helpText(tables[command], columns, "taxon"));
  else await refuse(command);
}

async function printCompletions(shell = ""): Promise<void> {
  if (!(shells as readonly string[]).includes(shell)) {
    printError(`Cannot write completions of "${shell}": choose ${shells.join(", ")}`);
    Deno.exit(2);
  }
  const [{ tables }, { completions }] = await Promise.all([
    import("./tables.ts"),
    import("./completions.ts"),
  ]);
  console.log(completions(shell as Shell, tables));
}

async function refuse(command: string): Promise<never> {
  const { unknownCommand } = await import("./overview.ts");
  printError(unknownCommand(command, [...Object.keys(entries), "completions", "help"]));
  Deno.exit(2);
}

/** Runs a command to its end; it gets the terminal, and with it the signals of the keyboard. */
async function start(entry: Entry, args: readonly string[]): Promise<number> {
  const { permissions } = JSON.parse(await Deno.readTextFile(new URL("deno.json", root)));
  const deno = Deno.execPath();
  const hosts = entry.hub ? await hubHosts(deno) : [];
  const flags = permissionFlags(entry, permissions[entry.permissions], { root, deno, hosts });
  const module = fileURLToPath(new URL(`../${entry.module}`, here));
  const child = new Deno.Command(deno, {
    args: ["run", "--quiet", "--no-prompt", ...denoFlags, ...flags, module, ...args],
    env: { [CALL_VARIABLE]: "taxon" },
  }).spawn();
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    Deno.addSignalListener(signal, () => {
      if (signal !== "SIGINT") child.kill(signal); // the terminal sends SIGINT to both
    });
  }
  return (await child.status).code;
}

async function hubHosts(deno: string): Promise<string[]> {
  const { stdout } = await new Deno.Command(deno, {
    args: [
      ...["run", "--quiet", "--no-prompt", ...denoFlags, "--allow-env=HF_ENDPOINT"],
      fileURLToPath(new URL("../shared/hub/hosts.ts", here)),
    ],
  }).output();
  return new TextDecoder().decode(stdout).trim().split(",");
}
