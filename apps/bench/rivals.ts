import { namesOf, type Surroundings, type System } from "./systems.ts";

/** JavaScript systems on WebAssembly, in Node, at f32. */
const WEB: readonly System[] = [
  {
    name: "TensorFlow.js wasm",
    commands(workload, { peers }) {
      const { suite, filter } = namesOf(workload);
      return suite === "W3" ? [] : [["node", `${peers}/tfjs_bench.mjs`, "wasm", suite, filter]];
    },
  },
  {
    name: "onnxruntime-web wasm",
    commands(workload, { peers }) {
      const { suite, filter } = namesOf(workload);
      return suite === "W1" ? [["node", `${peers}/ort_js_bench.mjs`, "wasm", suite, "fp32", filter]] : [];
    },
  },
];

/** Variants of a Python system by precision; those of a suite that it lacks are empty. */
type Variants = Readonly<Record<Surroundings["precision"], Readonly<Record<string, readonly string[]>>>>;

/**
 * PyTorch and ONNX Runtime in Python, each with the variants that may be its fastest. "sorted" means a batch whose
 * sequences are sorted by length and padded in groups of eight.
 */
const NATIVE: readonly System[] = [
  python("ONNX Runtime", "ort_bench.py", {
    f32: { W1: ["fp32", "opt"], W3: ["fp32", "opt"] },
    bf16: {},
    int8: { W1: ["int8", "opt-int8"], W3: ["int8", "opt-int8"] },
  }),
  python("ONNX Runtime, sorted", "ort_bench.py", {
    f32: { mixed: ["fp32-bucket8", "opt-bucket8"] },
    bf16: {},
    int8: { mixed: ["int8-bucket8", "opt-int8-bucket8"] },
  }),
  python("PyTorch", "torch_bench.py", {
    f32: { W1: ["eager", "sdpa", "compile-freeze"], W2: ["sdpa-fused"], W3: ["sdpa"] },
    bf16: {
      W1: ["bf16-weights", "bf16-autocast", "bf16-compile-freeze"],
      W2: ["bf16-compile-fused"],
      W3: ["bf16"],
    },
    int8: {},
  }),
  python("PyTorch, sorted", "torch_bench.py", { f32: {}, bf16: { mixed: ["bf16-bucket8"] }, int8: {} }),
  python("PyTorch, plain AdamW", "torch_bench.py", { f32: { W2: ["eager"] }, bf16: {}, int8: {} }),
];

/** The systems that Taxon is compared with. */
export const RIVALS = { web: WEB, native: NATIVE } as const;

function python(name: string, script: string, variants: Variants): System {
  return {
    name,
    silent: true,
    commands(workload, { peers, precision }) {
      const { suite, filter } = namesOf(workload);
      const own = variants[precision][suite] ??
        (filter === "mixed" && suite === "W1" ? variants[precision].mixed : []);
      const interpreter = Deno.env.get("TAXON_PYTHON") ?? "python3";
      return (own ?? []).map((variant) => [interpreter, `${peers}/${script}`, suite, variant, filter]);
    },
  };
}
