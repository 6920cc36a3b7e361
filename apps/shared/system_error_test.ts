import { assertEquals, assertMatch } from "@std/assert";
import { inScratch } from "../../tests/support/scratch.ts";
import { writeFileAtomic } from "./files.ts";
import { describeError } from "./run_main.ts";

/** What a user reads of an error. */
async function told(action: () => Promise<unknown>): Promise<string> {
  return await action().then(() => "no error", describeError);
}

Deno.test("an error of the system that nobody described is one line with path and reason", () =>
  inScratch(async (folder) => {
    await Deno.writeTextFile(`${folder}/file`, "");
    assertEquals(
      await told(() => Deno.mkdir(`${folder}/no/run`)),
      `Cannot write ${folder}/no/run: no such file or folder`,
    );
    assertEquals(await told(() => Deno.readTextFile(folder)), `Cannot read ${folder}: it is a folder`);
    assertEquals(
      await told(() => writeFileAtomic(`${folder}/file/x`, "")),
      `Cannot write ${folder}/file/x: not a directory`,
    );
    assertMatch(await told(() => Deno.mkdir(`${folder}/file`)), /^Cannot write .*\/file: .+$/);
  }));

Deno.test("a forbidden path is one line, whether the system or Deno forbids it", () => {
  const denied = new Deno.errors.PermissionDenied("Permission denied (os error 13): mkdir '/srv/run'");
  assertEquals(describeError(denied), "Cannot write /srv/run: no permission");
  const forbidden = new Deno.errors.NotCapable(
    'Requires write access to "/srv/run", run again with the --allow-write flag',
  );
  assertEquals(describeError(forbidden), "Cannot write to /srv/run: no permission");
});

Deno.test("a full disk and a port in use are one line", () => {
  const full =
    "No space left on device (os error 28): writefile 'runs/a/checkpoint-4.tmp/optimizer.safetensors'";
  assertEquals(
    describeError(Object.assign(new Error(full), { code: "ENOSPC" })),
    "Cannot write runs/a/checkpoint-4/optimizer.safetensors: the disk is full",
  );
  assertEquals(
    describeError(new Error("No space left on device (os error 28)")),
    "Cannot go on: the disk is full",
  );
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  try {
    Deno.listen({ hostname: "127.0.0.1", port: (listener.addr as Deno.NetAddr).port }).close();
  } catch (error) {
    assertEquals(describeError(error), "Cannot go on: the port is in use");
  } finally {
    listener.close();
  }
});
