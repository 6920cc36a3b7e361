/**
 * `deno task release:check [TAG]`: refuses a release whose versions, CHANGELOG and exports disagree. The tag is the
 * version with a v in front; without one, what is there is checked against itself.
 */
import { publishedRooms, readJson, root } from "./published.ts";

/** What of a checkout a release must agree with. */
export interface ReleaseState {
  /** Versions by the path of the deno.json that states each. */
  readonly versions: Readonly<Record<string, string>>;
  readonly changelog: string;
  /** Sources that packages export, and whether there is such a file. */
  readonly exports: Readonly<Record<string, boolean>>;
}

/** What is wrong with the release of a tag; nothing if it can be published. */
export function releaseProblems({ versions, changelog, exports }: ReleaseState, tag?: string): string[] {
  const problems: string[] = [];
  const [version] = Object.values(versions);
  if (!/^\d+\.\d+\.\d+(?:-[\w.]+)?$/.test(version)) {
    problems.push(`version ${version} is not of the form 1.2.3`);
  }
  for (const [file, other] of Object.entries(versions)) {
    if (other !== version) problems.push(`${file} has version ${other}, others have ${version}`);
  }
  if (tag !== undefined && tag !== `v${version}`) {
    problems.push(`the tag is ${tag}, the version ${version}: tag v${version}, or change the versions`);
  }
  const [latest] = changelog.matchAll(/^## (?!Unreleased)(.*)$/gm);
  if (latest === undefined) problems.push(`CHANGELOG.md has no section "## ${version} (YYYY-MM-DD)"`);
  else if (!new RegExp(`^${RegExp.escape(version)} \\(\\d{4}-\\d{2}-\\d{2}\\)$`).test(latest[1])) {
    problems.push(`the latest section of CHANGELOG.md is "${latest[1]}", not "${version} (YYYY-MM-DD)"`);
  }
  if (tag !== undefined && /^## Unreleased\s+(?!##)\S/m.test(changelog)) {
    problems.push(`CHANGELOG.md has changes under "Unreleased": move them to "${version}"`);
  }
  for (const [source, isThere] of Object.entries(exports)) {
    if (!isThere) problems.push(`${source} is exported and does not exist`);
  }
  return problems;
}

/** The state of this checkout. */
export function releaseState(): ReleaseState {
  const members = ["packages", "backends", "apps"].flatMap((parent) =>
    [...Deno.readDirSync(new URL(parent, root))].map(({ name }) => `${parent}/${name}/deno.json`)
  ).sort();
  return {
    versions: Object.fromEntries(members.map((file) => [file, readJson(file).version])),
    changelog: Deno.readTextFileSync(new URL("CHANGELOG.md", root)),
    exports: Object.fromEntries(
      publishedRooms().flatMap(({ folder, exports }) =>
        Object.values(exports).map((source) =>
          new URL(`${folder}/${source}`, root).href.slice(root.href.length)
        )
      ).map((path) => [path, isFile(path)]),
    ),
  };
}

function isFile(path: string): boolean {
  try {
    return Deno.statSync(new URL(path, root)).isFile;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

if (import.meta.main) {
  const [tag] = Deno.args;
  const state = releaseState();
  const problems = releaseProblems(state, tag);
  for (const problem of problems) console.error(`Cannot release ${tag ?? "this checkout"}: ${problem}`);
  if (problems.length > 0) Deno.exit(1);
  console.log(
    `${Object.values(state.versions)[0]} can be released: versions, CHANGELOG.md and exports agree`,
  );
}
