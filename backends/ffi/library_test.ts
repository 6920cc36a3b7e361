import { fileURLToPath, pathToFileURL } from "node:url";
import { assertEquals, assertMatch, assertThrows } from "@std/assert";
import { isBuilt } from "./build.ts";
import { builtLibrary, checkLibrary, crate, findLibrary, LibraryError } from "./library.ts";
import { sourceHash } from "./source_hash.ts";

/** Tests of a true library need one: `deno task build:ffi`, which `deno task test` does first where cargo is. */
const ignore = !isBuilt();

async function inScratch(test: (folder: URL) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await test(new URL(`file://${folder}/`));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

const refusal = (library: URL, expected?: Parameters<typeof checkLibrary>[1]) =>
  assertThrows(() => checkLibrary(library, expected), LibraryError).message;

Deno.test("a library that is not there is refused with the remedy", async () => {
  const library = await findLibrary("no/such/library.so");
  assertMatch(
    refusal(library),
    /^Cannot use backend "ffi": there is no .*\/no\/such\/library\.so; run "deno task build:ffi", which needs Rust$/,
  );
});

Deno.test("a file that is no library is refused, and the process lives on", () =>
  inScratch(async (folder) => {
    const file = new URL("libtaxon.so", folder);
    for (const content of ["", "hello", "x".repeat(100_000)]) {
      await Deno.writeTextFile(file, content);
      assertMatch(refusal(file), /is no ELF file|the system cannot load/);
    }
    await Deno.mkdir(new URL("folder.so", folder));
    assertMatch(refusal(new URL("folder.so", folder)), /there is no .*folder\.so/);
  }));

Deno.test("a program in place of the library is refused, and the process lives on", () => {
  assertMatch(refusal(pathToFileURL(Deno.execPath())), /the system cannot load|is no library of Taxon/);
});

Deno.test("findLibrary() takes paths and URLs", async () => {
  assertEquals((await findLibrary("a b/c.so")).href, `${new URL("a b/c.so", `file://${Deno.cwd()}/`)}`);
  assertEquals((await findLibrary("file:///a%20b/c.so")).pathname, "/a%20b/c.so");
});

Deno.test({
  name: "the library that was built is found and accepted",
  ignore,
  fn: async () => {
    assertEquals(await findLibrary(), builtLibrary);
    checkLibrary(builtLibrary);
  },
});

Deno.test({
  name: "a library of another ABI is refused",
  ignore,
  fn: () =>
    assertMatch(
      refusal(builtLibrary, { abiVersion: 7_000 }),
      /libtaxon\S* has ABI \d+, this version of Taxon needs 7000; run "deno task build:ffi"/,
    ),
});

Deno.test({
  name: "a library is stale as soon as one byte of its sources changes, or a source has another name",
  ignore,
  fn: () =>
    inScratch(async (folder) => {
      await copyCrate(folder);
      checkLibrary(builtLibrary, { sources: folder });

      const file = new URL("src/lib.rs", folder);
      const text = await Deno.readTextFile(file);
      await Deno.writeTextFile(file, text + " ");
      const stale = /is stale: its sources have changed since it was built; run "deno task build:ffi"/;
      assertMatch(refusal(builtLibrary, { sources: folder }), stale);
      await Deno.writeTextFile(file, text);
      checkLibrary(builtLibrary, { sources: folder });
      await Deno.rename(file, new URL("src/lob.rs", folder));
      assertMatch(refusal(builtLibrary, { sources: folder }), stale);
    }),
});

Deno.test({
  name: "a library that was cut anywhere is refused, and the process lives on",
  ignore,
  fn: () =>
    inScratch(async (folder) => {
      const whole = await Deno.readFile(builtLibrary);
      const cut = new URL("cut.so", folder);
      for (let part = 0; part < 16; part++) {
        await Deno.writeFile(cut, whole.subarray(0, Math.floor(whole.length * part / 16)));
        assertMatch(refusal(cut), /is truncated|is no ELF file|the system cannot load/);
      }
    }),
});

Deno.test("a program that may not load the library is told what to allow, and is not asked", async () => {
  const program = `
    import { checkLibrary } from "${new URL("./library.ts", import.meta.url)}";
    try { checkLibrary(new URL("file:///some/where/libtaxon.so")); } catch (error) { console.log(error.message); }`;
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "--config", fileURLToPath(new URL("../../../deno.json", crate)), "-"],
    stdin: "piped",
    stdout: "piped",
  }).spawn();
  await new Response(program).body!.pipeTo(child.stdin);
  const { stdout } = await child.output();
  const message = new TextDecoder().decode(stdout);
  assertEquals(
    message,
    'Cannot use backend "ffi": this process may not load /some/where/libtaxon.so; ' +
      "run it with --allow-ffi=/some/where/libtaxon.so\n",
  );
});

Deno.test("sourceHash() is FNV-1a over names and contents", () =>
  inScratch(async (folder) => {
    assertEquals(sourceHash(folder), undefined);
    await Deno.mkdir(new URL("src", folder));
    for (const name of ["Cargo.lock", "Cargo.toml", "build.rs"]) {
      await Deno.writeTextFile(new URL(name, folder), "");
    }
    await Deno.writeTextFile(new URL("src/a.rs", folder), "foobar");
    // FNV-1a of "Cargo.lockCargo.tomlbuild.rssrc/a.rsfoobar", by the algorithm's own definition with big integers
    let expected = 0x811c9dc5n;
    for (const byte of new TextEncoder().encode("Cargo.lockCargo.tomlbuild.rssrc/a.rsfoobar")) {
      expected = (expected ^ BigInt(byte)) * 0x01000193n % 2n ** 32n;
    }
    assertEquals(sourceHash(folder), Number(expected));
  }));

async function copyCrate(folder: URL, from: URL = crate): Promise<void> {
  for (const { name, isDirectory } of Deno.readDirSync(from)) {
    if (name === "target") continue;
    const [source, copy] = [new URL(name, from), new URL(name, folder)];
    if (isDirectory) {
      await Deno.mkdir(copy);
      await copyCrate(new URL(`${name}/`, folder), new URL(`${name}/`, from));
    } else await Deno.copyFile(source, copy);
  }
}
