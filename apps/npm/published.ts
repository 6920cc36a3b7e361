const here = new URL(".", import.meta.url);

/** The repository's folder. */
export const root: URL = new URL("../../", here);

/** A room that is published. */
export interface PublishedRoom {
  /** Such as `packages/tensor`. */
  readonly folder: string;
  readonly name: string;
  readonly version: string;
  readonly license: string;
  /** Sources below `folder` by the name they are exported under: `.`, or `./training`. */
  readonly exports: Readonly<Record<string, string>>;
  /** Libraries of npm that its deno.json names, e.g. `hono: "4.13.19"`. */
  readonly libraries: Readonly<Record<string, string>>;
}

/** What makes sense in a checkout only. */
const checkoutOnly: readonly string[] = ["@taxon/backend-ffi/build"];

/** The packages and backends, by their deno.json. */
export function publishedRooms(): PublishedRoom[] {
  return ["packages", "backends"].flatMap((parent) =>
    [...Deno.readDirSync(new URL(parent, root))].map(({ name }) => `${parent}/${name}`)
  ).sort().map((folder) => {
    const config = readJson(`${folder}/deno.json`);
    const exported: Record<string, string> = typeof config.exports === "string"
      ? { ".": config.exports }
      : config.exports;
    return {
      folder,
      name: config.name,
      version: config.version,
      license: config.license,
      exports: Object.fromEntries(
        Object.entries(exported).filter(([path]) => !checkoutOnly.includes(config.name + path.slice(1))),
      ),
      libraries: npmVersions(config.imports ?? {}),
    };
  });
}

/** The names and versions of what a deno.json takes from npm. */
export function npmVersions(imports: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.values(imports).flatMap((specifier) => {
      const [, name, version] = /^npm:\/?(@?[^@]+)@([^/]+)/.exec(specifier) ?? [];
      return name ? [[name, version]] : [];
    }),
  );
}

/** A JSON file of the repository. */
export function readJson(path: string) {
  return JSON.parse(Deno.readTextFileSync(new URL(path, root)));
}
