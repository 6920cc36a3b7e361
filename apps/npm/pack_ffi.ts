/** `deno task pack:ffi`: writes the npm package with the library of this platform beside the build. */
import { fileURLToPath } from "node:url";
import { crate } from "@taxon/backend-ffi/build";
import { packPlatform } from "./platform_package.ts";

const { manifest: { name, version }, tarball } = await packPlatform();
const path = new URL(`./target/${name.slice(1).replace("/", "-")}-${version}.tgz`, crate); // as npm pack names it
await Deno.writeFile(path, tarball);
console.log(fileURLToPath(path));
