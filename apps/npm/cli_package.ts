import { builtLibrary, isBuilt } from "@taxon/backend-ffi/build";
import { NODE } from "./manifest.ts";
import { readJson, root } from "./published.ts";
import { isTest } from "./workshop.ts";
import type { TarEntry } from "./tar.ts";
import { entries } from "@taxon/app-taxon/commands";

/** The Deno that runs the commands. */
const DENO = "2.9.6";

/** What the root's deno.json says that the commands need. */
const settings = ["workspace", "links", "imports", "permissions", "minimumDependencyAge", "compilerOptions"];

/**
 * The files of `@taxon/cli`: the sources of the commands and of all that they import, as a checkout has them, and a script
 * that starts Deno on them. The commands use Deno throughout, so the package brings one.
 */
export function cliPackage(): { name: string; version: string; files: TarEntry[] } {
  const { version, license } = readJson("apps/taxon/deno.json");
  const config = readJson("deno.json");
  const name = "@taxon/cli";
  const manifest = {
    name,
    version,
    description: "Train, inspect and serve text classifiers.",
    license,
    type: "module",
    bin: { taxon: "./taxon.js" },
    exports: { "./package.json": "./package.json" },
    engines: { node: NODE },
    dependencies: { deno: DENO },
  };
  const apps = new Set(Object.values(entries).map(({ module }) => module.split("/")[0]));
  const folders = [
    "packages",
    "backends",
    "third_party/std",
    ...[...apps, "shared", "taxon"].map((app) => `apps/${app}`),
  ];
  const sources = folders.flatMap(sourcesBelow);
  // where a checkout has it; on another platform the check of the library says that it does not fit
  if (isBuilt()) sources.push(builtLibrary.href.slice(root.href.length));
  const text = (path: string, content: string) => {
    return { name: `package/${path}`, data: new TextEncoder().encode(content) };
  };
  const json = (value: unknown) => JSON.stringify(value, null, 2) + "\n";
  return {
    name,
    version,
    files: [
      text("package.json", json(manifest)),
      text("README.md", readme),
      text("LICENSE", Deno.readTextFileSync(new URL("LICENSE", root))),
      text("taxon.js", starter),
      text(
        "deno.json",
        json({ ...Object.fromEntries(settings.map((key) => [key, config[key]])), lock: false }),
      ),
      ...sources.map((path) => {
        return { name: `package/${path}`, data: Deno.readFileSync(new URL(path, root)) };
      }),
    ],
  };
}

function sourcesBelow(folder: string): string[] {
  return [...Deno.readDirSync(new URL(folder, root))].sort((a, b) => a.name < b.name ? -1 : 1).flatMap(
    (entry) => {
      const path = `${folder}/${entry.name}`;
      if (isTest(entry.name) || entry.name === "native" || entry.name === "dist") return [];
      return entry.isDirectory ? sourcesBelow(path) : [path];
    },
  );
}

const readme = `# @taxon/cli

Train, inspect and serve transformer text classifiers, from a file with labelled texts to an HTTP endpoint:

\`\`\`sh
npx @taxon/cli train --train tickets.csv
npx @taxon/cli predict --model runs/tickets-1 "cannot log in since monday"
npx @taxon/cli serve --model runs/tickets-1
\`\`\`

Installed with \`npm install --global @taxon/cli\`, the command is \`taxon\`; without arguments it says what to do first.
It runs on Deno, which npm brings, each command with the permissions that it needs and no more.
`;

/** Starts the launcher, with the Deno that runs this file, or the one that npm installed. */
const starter = `#!/usr/bin/env node
import { spawn } from "node:child_process";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
// The program itself and not its script for npm, which would not pass signals on
const deno = globalThis.Deno?.execPath() ?? createRequire(import.meta.url)("deno/install_api.cjs").runInstall();
const child = spawn(deno, [
  ...["run", "--quiet", "--no-prompt", "--node-modules-dir=none", "--config", join(here, "deno.json")],
  ...["--allow-read=" + here.replaceAll(",", ",,"), "--allow-run", join(here, "apps/taxon/main.ts")],
  ...process.argv.slice(2),
], { stdio: "inherit" });
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) {
  process.on(signal, () => signal !== "SIGINT" && child.kill(signal)); // the terminal sends SIGINT to all
}
child.on("close", (code) => process.exit(code ?? 1));
`;
