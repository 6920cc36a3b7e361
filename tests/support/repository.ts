import type { Room } from "./import_graph.ts";

/** The repository's folder. */
export const root: URL = new URL("../../", import.meta.url);

const skipped = new Set(["node_modules", "runs", "target", "coverage"]); // as in .gitignore
const kept = new Set([".ci", ".github", ".gitignore"]);

/** Paths of all files below `folder`, relative to the repository, without build outputs and hidden folders. */
export function repositoryFiles(folder = ""): string[] {
  const files: string[] = [];
  for (const { name, isDirectory, isFile } of Deno.readDirSync(new URL(folder || ".", root))) {
    if (skipped.has(name) || (name.startsWith(".") && !kept.has(name))) continue;
    if (isDirectory) files.push(...repositoryFiles(`${folder}${name}/`));
    if (isFile) files.push(folder + name);
  }
  return files.sort();
}

/** Copies the repository's files into a new folder: a checkout in which nothing was built. */
export async function copyRepository(target: string): Promise<void> {
  for (const file of repositoryFiles()) {
    await Deno.mkdir(`${target}/${file.slice(0, file.lastIndexOf("/") + 1)}`, { recursive: true });
    await Deno.copyFile(new URL(file, root), `${target}/${file}`);
  }
}

/** The text of a file, or undefined if it is not UTF-8. */
export function readText(file: string): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(Deno.readFileSync(new URL(file, root)));
  } catch (error) {
    if (error instanceof TypeError) return undefined;
    throw error;
  }
}

/** Members of the workspace among the files: each folder below packages, backends and apps with a deno.json. */
export function roomsAmong(files: readonly string[]): Room[] {
  return files.filter((file) => /^(?:packages|backends|apps)\/[^/]+\/deno\.json$/.test(file)).map((file) => {
    const config = JSON.parse(readText(file)!);
    const libraries = Object.keys(config.imports ?? {});
    return { folder: file.slice(0, -"/deno.json".length), name: config.name, libraries };
  });
}
