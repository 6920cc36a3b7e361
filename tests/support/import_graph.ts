/** One import of a module: the file it stands in, relative to the repository, and the text between the quotes. */
export interface Import {
  file: string;
  specifier: string;
}

// `deno fmt` keeps statements at the start of a line, so an import inside a doc comment (" * import …") never matches.
const importForms = [
  /^(?:import|export)\s[\w$*\s{},]*?from\s+"([^"]+)"/gm,
  /^import\s+"([^"]+)"/gm,
  /^(?!\s*(?:\*|\/\/)).*\bimport\(\s*"([^"]+)"/gm,
  /^(?!\s*(?:\*|\/\/)).*\bimport\.meta\.resolve\(\s*"([^"]+)"/gm,
  /^(?!\s*(?:\*|\/\/)).*\bnew URL\(\s*"([^"]+)",\s*import\.meta\.url/gm,
];

/** Specifiers that a TypeScript source imports: statically, dynamically, as types, or as the file of a worker. */
export function importsOf(source: string): string[] {
  return importForms.flatMap((form) => [...source.matchAll(form)].map((match) => match[1]));
}

/** A folder of the workspace. */
export interface Room {
  /** Such as `backends/cpu`. */
  folder: string;
  /** Such as `@taxon/backend-cpu`. */
  name: string;
  /** Names that the room's own deno.json maps to libraries. */
  libraries: readonly string[];
}

/** What a room may import, by package name without `@taxon/`; `undefined` lets it import everything. */
export type AllowedImports = (room: Room) => readonly string[] | undefined;

const isTest = (file: string) => /_(?:test|bench)\.tsx?$/.test(file);

/**
 * Says what is wrong with an import, or nothing.
 *
 * @param allowed What a room's sources may import.
 * @param inTests What test files of any room may import besides.
 */
export function importProblem(
  { file, specifier }: Import,
  room: Room,
  allowed: AllowedImports,
  inTests: readonly string[],
): string | undefined {
  if (specifier.startsWith(".")) {
    const target = new URL(specifier, `file:///${file}`).pathname.slice(1);
    if (target.startsWith(`${room.folder}/`)) return;
    if (isTest(file) && room.folder.startsWith("apps/") && target.startsWith("tests/support/")) return;
    return `${file} imports ${target} by path; other rooms are imported by their package name`;
  }
  if (specifier.startsWith("@taxon/")) {
    const name = specifier.split("/")[1];
    const mayImport = allowed(room);
    if (!mayImport || mayImport.includes(name) || specifier.startsWith(room.name)) return;
    if (isTest(file) && inTests.includes(name)) return;
    const kind = room.folder.startsWith("backends/") ? "a backend" : room.folder;
    const list = mayImport.length > 0
      ? `only ${mayImport.map((n) => `@taxon/${n}`).join(", ")}`
      : "no other room";
    return `${file} imports @taxon/${name}; ${kind} may import ${list}`;
  }
  if (specifier.startsWith("@std/") || room.libraries.some((name) => isWithin(specifier, name))) return;
  if (specifier === "node:crypto") return; // computes and opens nothing, so pure packages may use it
  if (specifier.startsWith("node:") && !room.folder.startsWith("packages/")) return;
  return `${file} imports ${specifier}; name the library under "imports" in ${room.folder}/deno.json`;
}

function isWithin(specifier: string, library: string): boolean {
  return specifier === library || specifier.startsWith(library.endsWith("/") ? library : `${library}/`);
}

/**
 * The circles in which files import each other, types included: of each, its files in the order in which they import.
 *
 * @param imports For each file, the files that it imports.
 */
export function circlesIn(imports: ReadonlyMap<string, readonly string[]>): string[][] {
  const circles: string[][] = [];
  const done = new Set<string>();
  const path: string[] = [];
  const visit = (file: string): void => {
    const at = path.indexOf(file);
    if (at >= 0) circles.push(path.slice(at));
    if (at >= 0 || done.has(file)) return;
    path.push(file);
    for (const target of imports.get(file) ?? []) visit(target);
    path.pop();
    done.add(file);
  };
  for (const file of imports.keys()) visit(file);
  return circles;
}
