/** Elements of calls: u32 handles and sizes, f64 numbers, typed arrays. */
const op = <const P extends readonly Deno.NativeType[]>(...parameters: P) =>
  ({ parameters: ["u32", ...parameters], result: "i32" }) as const;

/**
 * The functions of the library, as `native/src/abi.rs` declares them. The first parameter is the number of a context
 * (one a backend object); results are a status, 0 for success, except where it says otherwise.
 */
export const symbols = {
  /** threads, instructions, bytes of the pool → number of a context, or 0 */
  taxon_context_create: { parameters: ["u32", "u32", "f64"], result: "u32" },
  taxon_context_free: op(),
  /** 5 × f64: threads, instructions, live buffers, their bytes, pooled bytes */
  taxon_context_facts: op("buffer", "u32"),
  /** UTF-8 text of the last refusal → its length in bytes */
  taxon_last_error: { parameters: ["u32", "buffer", "u32"], result: "u32" },
  /** bytes → handle, or 0 */
  taxon_alloc: { parameters: ["u32", "f64"], result: "u32" },
  taxon_free: op("u32"),
  taxon_upload: op("u32", "buffer", "f64"),
  taxon_read: op("u32", "buffer", "f64"),
  taxon_assign: op("u32", "u32"),
  /** dtype, value, y */
  taxon_fill: op("u32", "f64", "u32"),
  taxon_panic: op(),
} as const satisfies Deno.ForeignLibraryInterface;

/** The loaded library. */
export type Library = Deno.DynamicLibrary<typeof symbols>;

/** Its functions. */
export type Native = Library["symbols"];

/** Codes of dtypes. */
export const dtypeCodes = { f32: 0, i32: 1, f16: 2, bf16: 3 } as const;

/** Sets of instructions that the library is compiled for, in the order of their codes. */
export const instructionSets = ["best", "avx512", "avx2", "neon", "portable"] as const;

/** A set of instructions, by name. */
export type InstructionSet = typeof instructionSets[number];
