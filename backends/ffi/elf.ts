import { modules } from "./builtin.ts";
import { machine as here } from "./runtime.ts";

/** Names of Deno for the machines of the ELF header, e_machine. */
const MACHINES: Readonly<Record<number, string>> = { 62: "x86_64", 183: "aarch64" };
const HEADER_BYTES = 64;
const PROGRAM_HEADER_BYTES = 56;

/**
 * Says why a file is no library that this machine can load, before the system's loader sees it: the one of glibc trusts
 * the sizes in the file, and a truncated one ends the process (SIGBUS).
 *
 * @see {@link https://man7.org/linux/man-pages/man5/elf.5.html | elf(5)}
 */
export function elfProblem(path: string | URL, arch: string = here.arch): string | undefined {
  const file = modules.fs().openSync(path, "r");
  try {
    return problemOf(file, arch);
  } finally {
    modules.fs().closeSync(file);
  }
}

function problemOf(file: number, arch: string): string | undefined {
  const header = readAt(file, 0, HEADER_BYTES);
  if (header.byteLength < 4 || header.getUint32(0) !== 0x7f454c46) return "is no ELF file";
  if (header.byteLength < HEADER_BYTES) return "is truncated within its header";
  const [bits, order] = [header.getUint8(4), header.getUint8(5)];
  const machine = header.getUint16(18, true);
  if (bits !== 2 || order !== 1 || MACHINES[machine] !== arch) {
    const own = bits === 2 && order === 1 && MACHINES[machine] || `ELF machine ${machine}, ${bits * 32} bits`;
    return `is built for ${own}, this process runs on ${arch}`;
  }

  const { size } = modules.fs().fstatSync(file);
  const programHeaders = Number(header.getBigUint64(32, true));
  const count = header.getUint16(56, true);
  const table = readAt(file, programHeaders, count * PROGRAM_HEADER_BYTES);
  if (table.byteLength < count * PROGRAM_HEADER_BYTES) return `is truncated at ${size} bytes`;
  // Section headers stand at the end, where every cut shows
  let end = Number(header.getBigUint64(40, true)) + header.getUint16(58, true) * header.getUint16(60, true);
  for (let i = 0; i < count; i++) {
    const segment = i * PROGRAM_HEADER_BYTES;
    const [offset, length] = [table.getBigUint64(segment + 8, true), table.getBigUint64(segment + 32, true)];
    end = Math.max(end, Number(offset + length));
  }
  if (end > size) return `is truncated at ${size} of ${end} bytes`;
}

/** Up to `length` bytes; fewer where the file ends. */
function readAt(file: number, offset: number, length: number): DataView {
  const bytes = new Uint8Array(length);
  let filled = 0;
  while (filled < length) {
    const read = modules.fs().readSync(file, bytes, filled, length - filled, offset + filled);
    if (read === 0) break;
    filled += read;
  }
  return new DataView(bytes.buffer, 0, filled);
}
