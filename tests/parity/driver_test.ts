import { assert, assertEquals, assertStringIncludes } from "@std/assert";

const parityTest = new URL("parity_test.ts", import.meta.url).pathname;

/** Runs the parity tests against a folder with the given files. */
async function runParity(files: Record<string, string>): Promise<{ success: boolean; output: string }> {
  const folder = await Deno.makeTempDir();
  try {
    for (const [path, text] of Object.entries(files)) {
      await Deno.mkdir(`${folder}/${path.slice(0, path.lastIndexOf("/"))}`, { recursive: true });
      await Deno.writeTextFile(`${folder}/${path}`, text);
    }
    const { success, stdout } = await new Deno.Command(Deno.execPath(), {
      args: ["test", "--no-check", "--allow-read", "--allow-env", "--allow-ffi", parityTest],
      env: { TAXON_GOLDEN: folder, TAXON_REQUIRE_BACKENDS: "", NO_COLOR: "1", TAXON_MINILM: "" },
      stderr: "null",
    }).output();
    return { success, output: new TextDecoder().decode(stdout) };
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("TAXON_GOLDEN with a case of an unknown kind fails and names it", async () => {
  const index = JSON.stringify({ files: [{ file: "conv_2d.safetensors" }] });
  const { success, output } = await runParity({ "core_more/index.json": index });
  assert(!success);
  assertStringIncludes(output, "core_more/conv_2d on cpu ... FAILED");
  assertStringIncludes(output, "Cannot run conv_2d: no kind of case begins so");
});

Deno.test("TAXON_GOLDEN with a listed file that is not there fails and names it", async () => {
  const index = JSON.stringify({ files: [{ file: "losses.safetensors" }] });
  const { success, output } = await runParity({ "core/index.json": index });
  assert(!success);
  assertStringIncludes(output, "core/losses on cpu ... FAILED");
});

Deno.test("TAXON_GOLDEN with a folder that lists no case fails", async () => {
  const { success, output } = await runParity({ "other/notes.txt": "" });
  assert(!success);
  assertStringIncludes(output, "the golden folder lists cases ... FAILED");
});

Deno.test("a case that cannot run yet is listed by its name and does not fail", async () => {
  const index = JSON.stringify([{ case: "minilm" }]);
  const { success, output } = await runParity({ "hf/index.json": index });
  assertEquals(success, true);
  assertStringIncludes(output, "hf/minilm on cpu ... ignored");
});
