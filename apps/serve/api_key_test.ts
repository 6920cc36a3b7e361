import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { UsageError } from "@taxon/app-shared";
import { inScratch } from "../../tests/support/scratch.ts";
import { readApiKey, requireKeyBeyondLoopback } from "./api_key.ts";

const refuse = (flags: Parameters<typeof readApiKey>[0], message: string) =>
  assertRejects(() => readApiKey(flags), UsageError, message);

Deno.test("readApiKey() takes the key of a file, whatever line end follows it", () =>
  inScratch(async (folder) => {
    for (const end of ["", "\n", "\r\n", " \n\n"]) {
      await Deno.writeTextFile(`${folder}/key`, `open-sesame${end}`);
      assertEquals(await readApiKey({ apiKeyFile: `${folder}/key`, key: true }), "open-sesame");
    }
  }));

Deno.test("readApiKey() refuses a key that no client could send", async () => {
  await refuse({ apiKey: "", key: true }, "an empty API key");
  for (const apiKey of ["schlüssel", "open sesame", "one\ntwo", "one\ttwo", "\u{1f511}", "a\u007f"]) {
    await refuse({ apiKey, key: true }, "no client could send it");
  }
});

Deno.test("readApiKey() refuses --no-key beside a key", async () => {
  assertEquals(await readApiKey({ key: false }), undefined);
  await refuse({ apiKey: "sesame", key: false }, "--no-key together with a key");
  await refuse({ apiKey: "sesame", apiKeyFile: "file", key: true }, "choose one");
});

Deno.test("without a key only loopback addresses are served, unless --no-key says so", () => {
  for (const hostname of ["127.0.0.1", "127.8.0.1", "::1", "[::1]", "localhost"]) {
    requireKeyBeyondLoopback(undefined, hostname, true);
  }
  for (const hostname of ["0.0.0.0", "::", "192.168.1.2", "127.evil.example", "localhost.evil.example"]) {
    assertThrows(() => requireKeyBeyondLoopback(undefined, hostname, true), UsageError, "write --no-key");
    requireKeyBeyondLoopback("sesame", hostname, true);
    requireKeyBeyondLoopback(undefined, hostname, false);
  }
});
