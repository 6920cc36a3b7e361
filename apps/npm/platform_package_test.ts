import { assertEquals, assertMatch } from "@std/assert";
import { fileURLToPath } from "node:url";
import { crate, isBuilt, platformPackage } from "@taxon/backend-ffi/build";
import { serveRegistry } from "./local_registry.ts";
import { packPlatform } from "./platform_package.ts";

/** Copies the backend's modules without its crate, so that only the package has a library. */
async function copyModules(to: string, from: URL = new URL("../", crate)): Promise<void> {
  await Deno.mkdir(to);
  for (const { name, isFile } of Deno.readDirSync(from)) {
    if (isFile) await Deno.copyFile(new URL(name, from), `${to}/${name}`);
    else if (name !== "native") await copyModules(`${to}/${name}`, new URL(`${name}/`, from));
  }
}

const program = `
import ffi, { createFfiBackend } from "@taxon/backend-ffi";
console.log(JSON.stringify(await ffi.probe()));
using backend = await createFfiBackend({ threads: 1 });
const spec = { shape: [2], dtype: "f32" };
const x = { ...spec, buffer: backend.upload(Float32Array.of(1, 2), spec) };
console.log(backend.name, backend.readSync(x).join());
`;

Deno.test({
  name: "the platform's package comes from a registry, and is loaded with the permission to load it alone",
  ignore: !isBuilt(), // "deno task build:ffi" builds it
  fn: async () => {
    const folder = await Deno.makeTempDir();
    try {
      const platform = await packPlatform();
      await using registry = await serveRegistry(platform);
      await copyModules(`${folder}/backend`);
      await Deno.mkdir(`${folder}/project`);
      await Deno.writeTextFile(`${folder}/project/.npmrc`, `@taxon:registry=${registry.url}\n`);
      await Deno.writeTextFile(`${folder}/project/main.ts`, program);
      const run = async (imports: Record<string, string>) => {
        const links = ["../backend", fileURLToPath(new URL("../../../packages/tensor", crate))];
        const config = {
          imports: {
            "@taxon/backend-ffi": "jsr:@taxon/backend-ffi",
            "@taxon/tensor": "jsr:@taxon/tensor",
            ...imports,
          },
          links,
          minimumDependencyAge: 0,
        };
        await Deno.writeTextFile(`${folder}/project/deno.json`, JSON.stringify(config));
        const { stdout, stderr } = await new Deno.Command(Deno.execPath(), {
          args: ["run", "--no-prompt", "--no-lock", "--no-check", `--allow-ffi=${folder}/cache`, "main.ts"],
          cwd: `${folder}/project`,
          env: { DENO_DIR: `${folder}/cache`, NO_COLOR: "1" },
        }).output();
        return { stdout: new TextDecoder().decode(stdout), stderr: new TextDecoder().decode(stderr) };
      };

      const { stdout: without } = await run({});
      assertMatch(
        without,
        /its library is not installed","remedy":"add npm:@taxon\/backend-ffi-\S+ to the imports/,
      );
      const { version } = platform.manifest;
      const { stdout, stderr } = await run({ [platformPackage]: `npm:${platformPackage}@${version}` });
      assertEquals(stdout, '{"available":true,"description":"native kernels","rank":20}\nffi 1,2\n', stderr);
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
});
