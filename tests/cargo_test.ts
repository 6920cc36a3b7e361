import { assertEquals } from "@std/assert";
import { fileURLToPath } from "node:url";
import { crate } from "../backends/ffi/build.ts";
import { root } from "./support/repository.ts";

const config = fileURLToPath(new URL("deno.json", root));
const build = new URL("backends/ffi/build.ts", root).href;

/** Asks for cargo and builds, if wanted, in a process of its own that is started in `cwd`; gives what failed. */
async function buildIn(cwd: string, env: Record<string, string>, builds = true): Promise<string> {
  const code = `const { buildLibrary, hasCargo } = await import('${build}');
    if (!await hasCargo()) console.error("no cargo");
    if (${builds}) await buildLibrary().catch((error) => console.error(error.message));`;
  const { stderr } = await new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "--quiet",
      "-A",
      "--config",
      config,
      `data:application/javascript,${encodeURIComponent(code)}`,
    ],
    cwd,
    env: { NO_COLOR: "1", ...env },
  }).output();
  return new TextDecoder().decode(stderr);
}

Deno.test({
  name: "cargo is started in the crate's folder, wherever the command is",
  ignore: Deno.build.os === "windows", // the stand-in for cargo is a shell script
  fn: async () => {
    const folder = await Deno.makeTempDir();
    try {
      await Deno.writeTextFile(`${folder}/cargo`, `#!/bin/sh\npwd -P >> ${folder}/started_in\n`, {
        mode: 0o755,
      });
      await buildIn(folder, { PATH: `${folder}:${Deno.env.get("PATH")}` });
      const home = await Deno.realPath(fileURLToPath(crate));
      assertEquals(await Deno.readTextFile(`${folder}/started_in`), `${home}\n${home}\n`);
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
});

Deno.test({
  name: "a configuration of cargo in the current folder has no effect on the build",
  ignore: await buildIn(fileURLToPath(root), {}, false) !== "",
  fn: async () => {
    const folder = await Deno.makeTempDir();
    try {
      await Deno.mkdir(`${folder}/.cargo`);
      await Deno.writeTextFile(
        `${folder}/.cargo/config.toml`,
        `[build]\nrustc-wrapper = "${folder}/hostile"\n`,
      );
      await Deno.writeTextFile(
        `${folder}/hostile`,
        `#!/bin/sh\ntouch ${folder}/was_run\nexec "$@"\n`,
        { mode: 0o755 },
      );
      assertEquals(await buildIn(folder, {}), "");
      assertEquals([...Deno.readDirSync(folder)].map(({ name }) => name).sort(), [".cargo", "hostile"]);
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
});
