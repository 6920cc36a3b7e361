/**
 * Checks `backends/webgpu` as a project outside of Deno does: with TypeScript's own `tsc`, the library of browsers and
 * `@webgpu/types`, both taken from npm.
 */
const backend = new URL("../backends/webgpu/", import.meta.url);
const types: string =
  JSON.parse(Deno.readTextFileSync(new URL("deno.json", backend))).imports["@webgpu/types"];
const folder = await Deno.makeTempDir();
try {
  await run("npm", ["install", "--silent", "--prefix", folder, "typescript", types.replace(/^npm:/, "")]);
  const room = (path: string) => new URL(`../packages/tensor/${path}`, import.meta.url).pathname;
  const compilerOptions = {
    target: "esnext",
    module: "esnext",
    moduleResolution: "bundler",
    lib: ["esnext", "dom"],
    typeRoots: [`${folder}/node_modules`],
    types: [],
    paths: { "@taxon/tensor": [room("mod.ts")] },
    strict: true,
    noEmit: true,
    allowImportingTsExtensions: true,
    skipLibCheck: true, // the library of TypeScript 6 has most of these types as well, and says some otherwise
  };
  const config = `${folder}/tsconfig.json`;
  await Deno.writeTextFile(
    config,
    JSON.stringify({ compilerOptions, files: [new URL("mod.ts", backend).pathname] }),
  );
  await run(`${folder}/node_modules/.bin/tsc`, ["--version"]);
  await run(`${folder}/node_modules/.bin/tsc`, ["--project", config]);
  console.log("tsc accepts backends/webgpu");
} finally {
  await Deno.remove(folder, { recursive: true });
}

async function run(command: string, args: readonly string[]): Promise<void> {
  const { success } = await new Deno.Command(command, {
    args: [...args],
    stdout: "inherit",
    stderr: "inherit",
  })
    .spawn().status;
  if (!success) throw new Error(`${command} ${args.join(" ")} failed`);
}
