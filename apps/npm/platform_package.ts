import { builtLibrary, crate, platformPackage } from "@taxon/backend-ffi/build";
import { readJson } from "./published.ts";
import { gzip, tar } from "./tar.ts";

/** Platforms for which a package is published. */
export const platforms: readonly string[] = ["linux-x64-gnu"];

/** A package with the library of one platform, as npm takes it. */
export interface PlatformPackage {
  readonly manifest: {
    readonly name: string;
    readonly version: string;
    readonly [field: string]: unknown;
  };
  /** Gzipped tar archive. */
  readonly tarball: Uint8Array<ArrayBuffer>;
}

/**
 * Packs the library that `deno task build:ffi` built into the package of this platform. Its only export is the library's
 * URL, so that loading it needs no permission but the one to load.
 *
 * @throws {Deno.errors.NotFound} If the library is not built.
 */
export async function packPlatform(): Promise<PlatformPackage> {
  const config = readJson("backends/ffi/deno.json");
  const file = builtLibrary.pathname.split("/").at(-1)!;
  const [os, cpu, libc] = platformPackage.slice("@taxon/backend-ffi-".length).split("-");
  const manifest = {
    name: platformPackage,
    version: config.version,
    description: `Library of @taxon/backend-ffi for ${os} on ${cpu}`,
    license: config.license,
    type: "module",
    exports: { types: "./index.d.ts", default: "./index.js" },
    files: ["index.js", "index.d.ts", file],
    os: [os],
    cpu: [cpu],
    ...libc && { libc: [libc === "gnu" ? "glibc" : libc] },
  };
  const text = (content: string) => new TextEncoder().encode(content);
  const archive = tar([
    { name: "package/package.json", data: text(JSON.stringify(manifest, null, 2) + "\n") },
    { name: "package/index.js", data: text(`export default new URL("./${file}", import.meta.url);\n`) },
    {
      name: "package/index.d.ts",
      data: text("/** Where the library is. */\ndeclare const library: URL;\nexport default library;\n"),
    },
    { name: `package/${file}`, data: Deno.readFileSync(builtLibrary) },
    { name: "package/LICENSE", data: Deno.readFileSync(new URL("../../../LICENSE", crate)) },
  ]);
  return { manifest, tarball: await gzip(archive) };
}
