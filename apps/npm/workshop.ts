import { fileURLToPath } from "node:url";
import config from "./deno.json" with { type: "json" };
import { npmVersions, type PublishedRoom, readJson, root } from "./published.ts";

/** A folder with copies of the sources, and what they import from npm as `node_modules`: what tools expect. */
export interface Workshop extends AsyncDisposable {
  /** Without a slash at the end. */
  readonly folder: string;
}

/** Sources of tests, which are not published. */
export const isTest = (name: string): boolean =>
  /_(?:test|bench)[^/]*\.ts$|^(?:test|fake)_|^hostile_(?:calls|arguments)\.ts$/.test(name) ||
  name === "testdata";

/** Sets a workshop up; packages come from Deno's cache, into which `deno ci` put them. */
export async function openWorkshop(rooms: readonly PublishedRoom[]): Promise<Workshop> {
  const folder = await Deno.makeTempDir({ prefix: "taxon-npm-" });
  const dispose = () => Deno.remove(folder, { recursive: true });
  try {
    for (const room of rooms) await copySources(new URL(`${room.folder}/`, root), `${folder}/${room.folder}`);
    const dependencies = {
      ...npmVersions(readJson("third_party/std/csv/deno.json").imports),
      ...npmVersions(config.imports),
      ...Object.assign({}, ...rooms.map(({ libraries }) => libraries)),
    };
    await Deno.writeTextFile(`${folder}/package.json`, JSON.stringify({ dependencies }));
    await Deno.copyFile(new URL("deno.lock", root), `${folder}/deno.lock`);
    await run(Deno.execPath(), ["install", "--quiet", "--cached-only", "--node-modules-dir=auto"], folder);
    await Deno.copyFile(new URL("third_party/std/csv/mod.d.ts", root), `${folder}/std_csv.d.ts`);
  } catch (error) {
    await dispose();
    throw error;
  }
  return { folder, [Symbol.asyncDispose]: dispose };
}

async function copySources(from: URL, to: string): Promise<void> {
  await Deno.mkdir(to, { recursive: true });
  for (const { name, isDirectory, isFile } of Deno.readDirSync(from)) {
    if (isTest(name) || name === "native") continue;
    if (isDirectory) await copySources(new URL(`${name}/`, from), `${to}/${name}`);
    else if (isFile && name.endsWith(".ts")) await Deno.copyFile(new URL(name, from), `${to}/${name}`);
  }
}

/**
 * Runs a program to its end.
 *
 * @throws {Error} With what it printed, if it fails.
 */
export async function run(
  command: string,
  args: readonly string[],
  cwd: string | URL = root,
): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command(command, {
    args: [...args],
    cwd: cwd instanceof URL ? fileURLToPath(cwd) : cwd,
  }).output();
  const [out, err] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
  if (!success) throw new Error(`Cannot run ${[command, ...args].join(" ")}: ${out}${err}`);
  return out;
}
