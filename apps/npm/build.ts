/**
 * `deno task build:npm [FOLDER]`: writes the packages for npm as tarballs, by default into `apps/npm/dist`.
 */
import { isBuilt } from "@taxon/backend-ffi/build";
import { fileURLToPath } from "node:url";
import { bundleRoom, packagesOf, stopBundler } from "./bundle.ts";
import { cliPackage } from "./cli_package.ts";
import { writeDeclarations } from "./declarations.ts";
import { manifestOf } from "./manifest.ts";
import { type PublishedRoom, publishedRooms, root } from "./published.ts";
import { gzip, tar, type TarEntry } from "./tar.ts";
import { packPlatform } from "./platform_package.ts";
import { openWorkshop, type Workshop } from "./workshop.ts";

/**
 * Packs all published rooms into `folder`, which is emptied first, and the native library where it is built.
 *
 * @returns The paths of the tarballs.
 */
export async function buildPackages(folder: string): Promise<string[]> {
  const rooms = publishedRooms();
  await Deno.remove(folder, { recursive: true }).catch(() => {});
  await Deno.mkdir(folder, { recursive: true });
  await using workshop = await openWorkshop(rooms);
  const declarations = await writeDeclarations(rooms, workshop);
  try {
    const packed = await Promise.all([
      ...rooms.map(async (room) => {
        const files = await filesOf(room, workshop, `${declarations}/${room.folder}`);
        return { ...room, tarball: await gzip(tar(files)) };
      }),
      packCli(),
      ...isBuilt() ? [packPlatform().then(({ manifest, tarball }) => ({ ...manifest, tarball }))] : [],
    ]);
    return await Promise.all(packed.map(async ({ name, version, tarball }) => {
      const path = `${folder}/${name.slice(1).replace("/", "-")}-${version}.tgz`; // as npm pack names it
      await Deno.writeFile(path, tarball);
      return path;
    }));
  } finally {
    await stopBundler();
  }
}

async function packCli() {
  const { name, version, files } = cliPackage();
  return { name, version, tarball: await gzip(tar(files)) };
}

/** The files of one package, as npm has them in its archives. */
async function filesOf(room: PublishedRoom, workshop: Workshop, declarations: string): Promise<TarEntry[]> {
  const dist = `${workshop.folder}/dist/${room.folder}`;
  const imports = await bundleRoom(room, workshop, dist);
  const scripts = filesBelow(dist).map((path) => ({
    name: path,
    text: Deno.readTextFileSync(`${dist}/${path}`),
  }));
  const types = filesBelow(declarations).map((path) => {
    return { name: path, text: publishedDeclaration(Deno.readTextFileSync(`${declarations}/${path}`)) };
  });
  const typeImports = types.flatMap(({ text }) =>
    [...text.matchAll(/^(?!\s*\*).*(?:from |import\(|reference types=)"([^"]+)"/gm)].map(([, specifier]) =>
      specifier
    )
  );
  const readme = Deno.readTextFileSync(new URL(`${room.folder}/README.md`, root));
  const manifest = manifestOf(room, {
    description: /^#[^\n]*\n\n(.*?[.:])(?=\s)/s.exec(readme)![1].replace(/\s+/g, " ").replace(/:$/, "."),
    imports: packagesOf([...imports, ...typeImports]),
  });
  const entry = (name: string, text: string) => ({
    name: `package/${name}`,
    data: new TextEncoder().encode(text),
  });
  return [
    entry("package.json", JSON.stringify(manifest, null, 2) + "\n"),
    entry("README.md", readme),
    entry("LICENSE", Deno.readTextFileSync(new URL("LICENSE", root))),
    ...[...scripts, ...types].map(({ name, text }) => entry(`dist/${name}`, text)),
  ];
}

/**
 * A declaration as it is published: its imports name scripts, and it refers to what it needs of TypeScript's libraries,
 * whichever the reader's project names.
 */
function publishedDeclaration(source: string): string {
  const text = source.replace(/^(?!\s*\*)(.*(?:from |import\()"\.[^"]*)\.ts"/gm, '$1.js"');
  const needed = [
    ["esnext.disposable", /\b(?:Async)?Disposable\b|\bSymbol\.(?:asyncDispose|dispose)\b/],
    ["esnext.float16", /\bFloat16Array\b/],
  ] as const;
  const references = needed.flatMap(([library, use]) =>
    use.test(text) ? [`/// <reference lib="${library}" />\n`] : []
  );
  if (/\bGPU[A-Z]/.test(text)) references.push(`/// <reference types="@webgpu/types" />\n`);
  return references.join("") + text;
}

function filesBelow(folder: string): string[] {
  return [...Deno.readDirSync(folder)].flatMap(({ name, isDirectory }) =>
    isDirectory ? filesBelow(`${folder}/${name}`).map((path) => `${name}/${path}`) : [name]
  ).sort();
}

if (import.meta.main) {
  const folder = Deno.args[0] ?? fileURLToPath(new URL("./dist", import.meta.url));
  for (const tarball of await buildPackages(folder)) {
    console.log(`${tarball}: ${Math.round(Deno.statSync(tarball).size / 1000)} kB`);
  }
}
