import { type Backend, type BackendOptions, DeviceError } from "@taxon/tensor";
import { FfiBackend } from "./backend.ts";
import { Context } from "./context.ts";
import { checkLibrary, findLibrary, loadLibrary } from "./library.ts";
import { type InstructionSet, instructionSets, precisionCodes, symbols } from "./symbols.ts";

/** Options of `createFfiBackend`. */
export interface FfiOptions extends BackendOptions {
  /** Instructions that the kernels use. Default `best`: the widest that the machine has. */
  readonly instructions?: InstructionSet;
  /** Most bytes of freed memory that are kept for reuse, default 512 MiB. */
  readonly poolBytes?: number;
  /** Path of the library. Default: that of the checkout, else that of the platform's package. */
  readonly library?: string | URL;
}

/**
 * Creates the ffi backend.
 *
 * @param options Threads that compute (default: as many as the process may use at once), instructions, precision and
 * memory. Results do not depend on the number of threads. In bf16 linear layers and their gradients multiply rounded
 * copies of their operands and add in f32; in int8 the layers do, with a scale for each output and each row, and the
 * gradients stay f32. Weights, and all else, are f32.
 * @throws {RangeError} If `threads` is not an integer from 1 to 256.
 * @throws {DeviceError} If there is no library that fits, or the machine lacks the instructions.
 */
export async function createFfiBackend(options: FfiOptions = {}): Promise<Backend> {
  const { threads, precision = "f32", instructions = "best", poolBytes = 2 ** 29 } = options;
  if (threads !== undefined && (!Number.isInteger(threads) || threads < 1 || threads > 256)) {
    throw new RangeError(`Cannot use ${threads} threads on ffi: give an integer from 1 to 256`);
  }
  if (!(precision in precisionCodes)) {
    throw new DeviceError(
      `Cannot compute in "${precision}" on ffi: known are ${Object.keys(precisionCodes).join(", ")}`,
    );
  }
  if (!instructionSets.includes(instructions)) {
    throw new DeviceError(
      `Cannot use instructions "${instructions}" on ffi: known are ${instructionSets.join(", ")}`,
    );
  }
  const library = await findLibrary(options.library);
  checkLibrary(library);
  const loaded = loadLibrary(library, symbols); // each backend holds the library once; the last one unloads it
  return new FfiBackend(new Context(loaded, { threads: threads ?? 0, instructions, precision, poolBytes }));
}
