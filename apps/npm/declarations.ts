import config from "./deno.json" with { type: "json" };
import type { PublishedRoom } from "./published.ts";
import { run, type Workshop } from "./workshop.ts";

/**
 * Has TypeScript write the declarations of all rooms, and checks the sources as Node 20 sees them: with the library of
 * 2023 and what bundle.ts replaces, so that a newer function of the language is an error here.
 *
 * @returns The folder with `packages/…/mod.d.ts` and so on.
 * @throws {Error} With the compiler's words.
 */
export async function writeDeclarations(
  rooms: readonly PublishedRoom[],
  workshop: Workshop,
): Promise<string> {
  const to = `${workshop.folder}/declarations`;
  const compilerOptions = {
    target: "es2022",
    module: "esnext",
    moduleResolution: "bundler",
    lib: [
      "es2023",
      "dom",
      "dom.iterable",
      "dom.asynciterable",
      "es2024.string", // in Node 20
      "es2024.arraybuffer", // `transfer`, called where it is there
      "es2024.sharedmemory",
      "es2024.collection", // the rest is what shims.ts has
      "es2024.object",
      "es2024.promise",
      "esnext.disposable",
      "esnext.float16",
      "es2025.promise",
    ],
    types: ["node", "@webgpu/types"],
    paths: {
      "@std/csv": ["./std_csv.d.ts"],
      ...Object.fromEntries(
        rooms.flatMap(({ folder, name, exports }) =>
          Object.entries(exports).map(([path, source]) => [name + path.slice(1), [`./${folder}/${source}`]])
        ),
      ),
    },
    strict: true,
    noImplicitOverride: true,
    verbatimModuleSyntax: true,
    skipLibCheck: true,
    allowImportingTsExtensions: true,
    rewriteRelativeImportExtensions: true,
    declaration: true,
    emitDeclarationOnly: true,
    rootDir: ".",
    outDir: to,
  };
  const files = rooms.flatMap(({ folder, exports }) =>
    Object.values(exports).map((source) => `${folder}/${source}`)
  );
  await Deno.writeTextFile(
    `${workshop.folder}/tsconfig.json`,
    JSON.stringify({ compilerOptions, files: [...files, "newer_globals.d.ts"] }),
  );
  await Deno.writeTextFile(`${workshop.folder}/newer_globals.d.ts`, newerGlobals);
  await run(
    Deno.execPath(),
    ["run", "--quiet", "--allow-all", "--cached-only", `${config.imports.typescript}/tsc`, "-p", "."],
    workshop.folder,
  );
  return to;
}

const newerGlobals = `
interface Uint8ArrayConstructor {
  fromBase64(base64: string): Uint8Array<ArrayBuffer>;
}
`;
