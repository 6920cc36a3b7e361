import { platforms } from "./platform_package.ts";
import type { PublishedRoom } from "./published.ts";

/** Node has `process.getBuiltinModule` from there on, by which libraries that also run in browsers ask for its modules. */
export const NODE = ">=20.16.0";

/** The package.json of a room. */
export function manifestOf(
  room: PublishedRoom,
  { description, imports }: { readonly description: string; readonly imports: readonly string[] },
): Record<string, unknown> {
  const { name, version, license, libraries } = room;
  const exported = Object.entries(room.exports).map(([path, source]) => {
    const script = source.replace(/^\.\/(.*)\.ts$/, "./dist/$1");
    return [path, { types: `${script}.d.ts`, default: `${script}.js` }] as const;
  });
  // What a room names and imports nowhere, it loads where it is there
  const optional = Object.entries(libraries).filter(([library]) => !imports.includes(library));
  if (name === "@taxon/backend-ffi") {
    optional.push(...platforms.map((platform) => [`${name}-${platform}`, version] as [string, string]));
  }
  const dependencies = imports.filter((dependency) => dependency !== name).map((dependency) => {
    if (dependency.startsWith("@taxon/")) return [dependency, version];
    const known = libraries[dependency];
    if (known === undefined) {
      throw new Error(`Cannot pack ${name}: it imports ${dependency}, which its deno.json does not name`);
    }
    return [dependency, `^${known}`];
  });
  return {
    name,
    version,
    description,
    license,
    type: "module",
    exports: { ...Object.fromEntries(exported), "./package.json": "./package.json" },
    files: ["dist"],
    sideEffects: false,
    engines: { node: NODE },
    ...dependencies.length > 0 && { dependencies: Object.fromEntries(dependencies) },
    ...optional.length > 0 && { optionalDependencies: Object.fromEntries(optional) },
  };
}
