import type { PublishedRoom } from "./published.ts";

/** Node has `process.getBuiltinModule` from there on, by which libraries that also run in browsers ask for its modules. */
const NODE = ">=20.16.0";

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
  };
}
