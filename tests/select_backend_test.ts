import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { DeviceError } from "@taxon/tensor";
import { knownBackends, selectBackend } from "@taxon/backend-auto";

Deno.test("auto takes the highest rank of what is there, and the summary begins with its name", async () => {
  const found = await Promise.all(knownBackends.map((provider) => provider.probe()));
  const ranks = found.map((answer) => answer.available ? answer.rank : -Infinity);
  const best = knownBackends[ranks.indexOf(Math.max(...ranks))].name;
  const { backend, summary } = await selectBackend();
  using _ = backend;
  assertEquals(backend.name, best);
  assertStringIncludes(summary, `${best} (${backend.description})`);
});

Deno.test("a module that default-exports a provider is a backend, too", async () => {
  const minimal = new URL("./minimal_backend/mod.ts", import.meta.url).href;
  const { backend, summary } = await selectBackend(minimal);
  using _ = backend;
  assertEquals(summary, "minimal (plain loops)");
});

Deno.test("a name that no backend has is refused with those there are", async () => {
  await assertRejects(
    () => selectBackend("cuda"),
    DeviceError,
    'Cannot use backend "cuda": known are auto, ffi, webgpu, cpu, or a module as npm:… or file:…',
  );
});

Deno.test("a provider of another contract is refused, and so is a module without one", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const cases = [
      ["old.ts", "export default { contract: 0 };", "it was written for contract 0, this version has 1"],
      ["none.ts", "export const x = 1;", "the module has no default export"],
    ];
    for (const [name, code, problem] of cases) {
      await Deno.writeTextFile(`${folder}/${name}`, code);
      await assertRejects(() => selectBackend(`file://${folder}/${name}`), DeviceError, problem);
    }
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
