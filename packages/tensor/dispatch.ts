import type {
  Activation,
  Backend,
  BinaryOp,
  CompareOp,
  DeviceBuffer,
  Key,
  MatmulOptions,
  Operand,
  OutputSpec,
  ReduceOp,
  UnaryOp,
} from "./backend.ts";
import { DeviceError } from "./errors.ts";
import { Tensor } from "./tensor.ts";

/** What an op was called with besides its tensors; the gradient rules read it. */
export interface OpAttributes {
  unary: { op: UnaryOp };
  binary: { op: BinaryOp; scalar?: number };
  compare: { op: CompareOp; scalar?: number };
  where: { a?: number; b?: number };
  cast: Record<never, never>;
  reduce: { op: ReduceOp; axes: readonly number[] };
  matmul: MatmulOptions;
  broadcastTo: Record<never, never>;
  reshape: Record<never, never>;
  transpose: { permutation: readonly number[] };
  slice: { start: readonly number[] };
  pad: { before: readonly number[] };
  concat: { axis: number };
  gather: Record<never, never>;
  scatterAdd: Record<never, never>;
  random: { key: Key };
  linear: { activation: Activation };
  layerNorm: { affine: boolean; biased: boolean; eps: number };
  softmax: Record<never, never>;
  gelu: { form: "erf" | "tanh" };
  attention: PackedAttentionAttributes;
  dropout: { p: number; key: Key };
  softmaxCrossEntropy: { labelSmoothing: number };
  /** A part that is not kept but run again by the walk back; the inputs end in the parameters. */
  recompute: { fn: (inputs: readonly Tensor[]) => Tensor; parameters: readonly Tensor[] };
  /** Gradient kernels and reductions that nothing differentiates through. */
  opaque: { name: string };
}

/** Host-side arguments of packed attention. */
export interface PackedAttentionAttributes {
  cuSeqlens: Int32Array;
  cuSeqlensKey: Int32Array;
  scale: number;
  window?: number;
  dropout?: { p: number; key: Key };
}

/** One executed op. */
export type Call = {
  [Op in keyof OpAttributes]: {
    readonly op: Op;
    readonly inputs: readonly Tensor[];
    readonly output: Tensor;
    readonly attributes: OpAttributes[Op];
  };
}[keyof OpAttributes];

/** Sees every op as it is executed; autograd's tape is one. */
export interface Recorder {
  /** Whether a gradient may be asked of something computed from `inputs`. */
  tracks(inputs: readonly Tensor[]): boolean;
  record(call: Call): void;
}

let recorder: Recorder | undefined;

/** Who sees the ops that run now. */
export function currentRecorder(): Recorder | undefined {
  return recorder;
}

/** Runs `fn` with every op reported to `next`. */
export function withRecorder<T>(next: Recorder | undefined, fn: () => T): T {
  const previous = recorder;
  recorder = next;
  try {
    return fn();
  } finally {
    recorder = previous;
  }
}

/** Whether a result of `inputs` will be differentiated: then a fused op is used only if its gradient is offered too. */
export function isRecorded(...inputs: (Tensor | undefined)[]): boolean {
  return recorder?.tracks(inputs.filter((input) => input !== undefined)) ?? false;
}

/**
 * The one place where ops run: checks that all inputs are alive and on one backend, executes, and reports to the
 * recorder. Shapes and dtypes are settled by the caller.
 */
export function emit<Op extends keyof OpAttributes>(
  op: Op,
  inputs: readonly Tensor[],
  attributes: OpAttributes[Op],
  out: OutputSpec,
  run: (backend: Backend, operands: Operand[], out: OutputSpec) => DeviceBuffer,
): Tensor {
  const { backend, operands } = checkInputs("op" in attributes ? attributes.op : op, inputs); // "add", not "binary"
  const output = Tensor.wrap(backend, run(backend, operands, out), out);
  report({ op, inputs, output, attributes } as unknown as Call);
  return output;
}

/** As `emit`, for gradient kernels with several results, some of which may not be wanted. */
export function emitMany(
  name: string,
  inputs: readonly Tensor[],
  outs: readonly (OutputSpec | undefined)[],
  run: (backend: Backend, operands: Operand[]) => (DeviceBuffer | undefined)[],
): (Tensor | undefined)[] {
  const { backend, operands } = checkInputs(name, inputs);
  const buffers = run(backend, operands);
  return outs.map((out, i) => {
    const buffer = buffers[i];
    if (out === undefined) return undefined;
    if (buffer === undefined) {
      throw new DeviceError(`Cannot run ${name} on ${backend.name}: result ${i} is missing`);
    }
    return Tensor.wrap(backend, buffer, out);
  });
}

/** Reports an op that needs no kernel (reshape). */
export function report(call: Call): void {
  if (recorder?.tracks(call.inputs)) recorder.record(call);
}

function checkInputs(op: string, inputs: readonly Tensor[]): { backend: Backend; operands: Operand[] } {
  const backend = inputs[0].backend;
  const operands = inputs.map((input) => {
    if (input.backend !== backend) {
      throw new DeviceError(
        `Cannot run ${op} on tensors of backends ${backend.name} and ${input.backend.name}: ` +
          `create both on one backend, or copy with tensor(await x.data(), …)`,
      );
    }
    return input.operand(op);
  });
  return { backend, operands };
}
