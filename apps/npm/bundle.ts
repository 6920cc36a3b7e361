import { fileURLToPath } from "node:url";
import { build, type BuildOptions, type Metafile, stop } from "esbuild";
import type { PublishedRoom } from "./published.ts";
import type { Workshop } from "./workshop.ts";

/** Globals that Node 20 lacks, and what stands for them in shims.ts. */
const globals: Readonly<Record<string, string>> = {
  "Promise.withResolvers": "withResolvers",
  "Promise.try": "promiseTry",
  "Map.groupBy": "mapGroupBy",
  "Object.groupBy": "objectGroupBy",
  "Uint8Array.fromBase64": "fromBase64",
};

/** What the scripts of a package import from elsewhere, by file below its `dist`. */
export type ExternalImports = ReadonlyMap<string, readonly string[]>;

/**
 * Writes one script for each entry of a room, and shared ones, into `to`: for Node 20, with `using` and the globals that
 * it lacks replaced, and @std inside; other rooms and libraries stay imports.
 *
 * @returns The names of packages that the scripts import.
 */
export async function bundleRoom(room: PublishedRoom, workshop: Workshop, to: string): Promise<string[]> {
  const source = `${workshop.folder}/${room.folder}`;
  const options = {
    entryPoints: Object.values(room.exports).map((path) => `${source}/${path}`),
    outbase: source,
    outdir: to,
    bundle: true,
    splitting: true,
    format: "esm",
    target: "node20",
    platform: "neutral",
    charset: "utf8",
    alias: { "@std/csv": "deno-std/csv/mod.js" },
    nodePaths: [`${workshop.folder}/node_modules`],
    external: ["@taxon/*", "node:*", ...Object.keys(room.libraries).flatMap((name) => [name, `${name}/*`])],
    define: { ...globals },
    inject: [fileURLToPath(new URL("./shims.ts", import.meta.url))],
    metafile: true,
    logLevel: "silent",
  } satisfies BuildOptions;
  const { metafile } = await build(options);
  return importedPackages(metafile);
}

/** Ends the bundler's process. */
export const stopBundler = stop;

function importedPackages({ outputs }: Metafile): string[] {
  const specifiers = Object.values(outputs).flatMap(({ imports }) =>
    imports.filter(({ external }) => external).map(({ path }) => path)
  );
  return packagesOf(specifiers);
}

/** The packages behind import specifiers: `hono` for `hono/cors`; nothing for Node's own modules. */
export function packagesOf(specifiers: readonly string[]): string[] {
  const names = specifiers.filter((path) => !/^(?:node:|\.)/.test(path))
    .map((path) => path.split("/").slice(0, path.startsWith("@") ? 2 : 1).join("/"));
  return [...new Set(names)].sort();
}
