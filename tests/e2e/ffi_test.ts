import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { isBuilt } from "@taxon/backend-ffi/build";
import { checkServe, checkTrainAndPredict } from "../support/backend_tasks.ts";
import { repositoryFiles, root } from "../support/repository.ts";
import { inScratch } from "../support/scratch.ts";
import { smallExamples, tinyFlags, toCsv } from "../support/small_data.ts";

const ignore = !isBuilt(); // `deno task test` builds it first where Rust is

Deno.test({
  name: "train and predict take ffi by themselves where it is built, and score as the cpu does",
  ignore,
  fn: () => checkTrainAndPredict("auto", "ffi"),
});

Deno.test({
  name: "serve takes ffi by itself where it is built, with the permission to load its library alone",
  ignore,
  fn: async () => void await checkServe("auto", "ffi"),
});

/** Trains in a copy of this checkout in which nothing was built, with `programs` as all that the search path offers. */
async function trainInFreshCopy(folder: string, programs: Record<string, string>, backend: string) {
  await Deno.mkdir(`${folder}/programs`);
  for (const [name, script] of Object.entries(programs)) {
    await Deno.writeTextFile(`${folder}/programs/${name}`, script, { mode: 0o755 });
  }
  for (
    const file of repositoryFiles().filter((file) =>
      /^(apps|backends|packages|third_party|deno\.)/.test(file)
    )
  ) {
    await Deno.mkdir(`${folder}/copy/${file}`.replace(/\/[^/]*$/, ""), { recursive: true });
    await Deno.copyFile(new URL(file, root), `${folder}/copy/${file}`);
  }
  await Deno.writeTextFile(`${folder}/train.csv`, toCsv(smallExamples(90)));
  const { code, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["task", "--quiet", "train", "--train", `${folder}/train.csv`, ...tinyFlags({ backend })],
    cwd: `${folder}/copy`,
    env: { PATH: `${folder}/programs`, NO_COLOR: "1", DENO_WEBGPU_BACKEND: "none" }, // as in support/task.ts
  }).output();
  return { code, stderr: new TextDecoder().decode(stderr) };
}

Deno.test("without Rust everything runs on the cpu backend, and one line says why", () =>
  inScratch(async (folder) => {
    const { code, stderr } = await trainInFreshCopy(folder, {}, "auto");
    assertEquals(code, 0, stderr);
    const [first] = stderr.split("\n");
    assertMatch(
      first,
      /^backend: cpu \(.+\); not ffi, as its library is not built: run "deno task build:ffi", which needs Rust$/,
    );
  }));

Deno.test("without Rust an explicit --backend ffi is an error with the remedy", () =>
  inScratch(async (folder) => {
    assertEquals(await trainInFreshCopy(folder, {}, "ffi"), {
      code: 1,
      stderr:
        'Cannot use backend "ffi": its library is not built; run "deno task build:ffi", which needs Rust, ' +
        "or choose --backend=cpu\n",
    });
  }));

Deno.test({
  name: "a build that fails is told in one line, and the cpu backend runs",
  ignore: Deno.build.os === "windows", // the stand-in for cargo is a shell script
  fn: () =>
    inScratch(async (folder) => {
      const cargo = '#!/bin/sh\n[ "$1" = --version ] && exit\n' +
        'echo "   Compiling taxon-native" >&2; echo "error: linker \'cc\' not found" >&2; exit 101\n';
      const { code, stderr } = await trainInFreshCopy(folder, { cargo }, "auto");
      assertEquals(code, 0, stderr);
      assertStringIncludes(stderr, "building the ffi backend with cargo");
      assertStringIncludes(
        stderr,
        "\nWarning: Cannot build the ffi backend: linker 'cc' not found\nbackend: cpu (",
      );
    }),
});
