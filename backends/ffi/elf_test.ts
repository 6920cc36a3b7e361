import { assertEquals } from "@std/assert";
import { elfProblem } from "./elf.ts";

/** A 64-bit little-endian ELF file with one segment that lies behind the headers; see elf(5) for the offsets. */
function elfFile(machine: number, segmentBytes: number): Uint8Array {
  const bytes = new Uint8Array(64 + 56 + segmentBytes);
  bytes.set([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1]);
  const view = new DataView(bytes.buffer);
  view.setUint16(18, machine, true); // e_machine
  view.setBigUint64(32, 64n, true); // e_phoff
  view.setUint16(56, 1, true); // e_phnum
  view.setBigUint64(64 + 8, 120n, true); // p_offset
  view.setBigUint64(64 + 32, BigInt(segmentBytes), true); // p_filesz
  return bytes;
}

async function problemOf(content: Uint8Array): Promise<string | undefined> {
  const path = await Deno.makeTempFile();
  try {
    await Deno.writeFile(path, content);
    return elfProblem(path, "x86_64");
  } finally {
    await Deno.remove(path);
  }
}

Deno.test("elfProblem() finds nothing in a whole file for this machine", async () => {
  assertEquals(await problemOf(elfFile(62, 100)), undefined);
});

Deno.test("elfProblem() notices every cut", async () => {
  const whole = elfFile(62, 100);
  for (let length = 4; length < whole.length; length += 3) {
    const problem = await problemOf(whole.subarray(0, length));
    assertEquals(problem?.startsWith("is truncated"), true, `${length} bytes: ${problem}`);
  }
});

Deno.test("elfProblem() names the machine that a file was built for", async () => {
  assertEquals(await problemOf(elfFile(183, 9)), "is built for aarch64, this process runs on x86_64");
  assertEquals(
    await problemOf(elfFile(243, 9)),
    "is built for ELF machine 243, 64 bits, this process runs on x86_64",
  );
});

Deno.test("elfProblem() refuses files of another kind", async () => {
  for (
    const content of ["", "#!", "MZ and so on", "not a library, but longer than the header of one ".repeat(9)]
  ) {
    assertEquals(await problemOf(new TextEncoder().encode(content)), "is no ELF file");
  }
});
