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
  /** The function. */
  unary: { op: UnaryOp };
  /** The function, and the second operand where it is a number. */
  binary: { op: BinaryOp; scalar?: number };
  /** The comparison, and the second operand where it is a number. */
  compare: { op: CompareOp; scalar?: number };
  /** The choices that are numbers; those that are tensors are inputs. */
  where: { a?: number; b?: number };
  /** None: the output's dtype says all. */
  cast: Record<never, never>;
  /** The reduction, and its axes as `Backend.reduce` takes them. */
  reduce: { op: ReduceOp; axes: readonly number[] };
  /** How the operands are stored. */
  matmul: MatmulOptions;
  /** None: the output's shape says all. */
  broadcastTo: Record<never, never>;
  /** None: the output's shape says all. */
  reshape: Record<never, never>;
  /** Axis of the input for each of the output. */
  transpose: { permutation: readonly number[] };
  /** First index of the window on each axis. */
  slice: { start: readonly number[] };
  /** Zeros before the input on each axis. */
  pad: { before: readonly number[] };
  /** From 0. */
  concat: { axis: number };
  /** None. */
  gather: Record<never, never>;
  /** None: the output's shape says how many rows. */
  scatterAdd: Record<never, never>;
  /** Of the stream. */
  random: { key: Key };
  /** What follows the sum. */
  linear: { activation: Activation };
  /** Which of weight and bias are among the inputs, and what is added to the variance. */
  layerNorm: { affine: boolean; biased: boolean; eps: number };
  /** None: always over the last axis. */
  softmax: Record<never, never>;
  /** Exact, or by tanh. */
  gelu: { form: "erf" | "tanh" };
  /** All but the tensors. */
  attention: PackedAttentionAttributes;
  /** Share that is dropped, and key of the stream. */
  dropout: { p: number; key: Key };
  /** ε: the target is (1 − ε) · oneHot + ε / classes. */
  softmaxCrossEntropy: { labelSmoothing: number };
  /** A part that is not kept but run again by the walk back; the inputs end in the parameters. */
  recompute: { fn: (inputs: readonly Tensor[]) => Tensor; parameters: readonly Tensor[] };
  /** Gradient kernels and reductions that nothing differentiates through. */
  opaque: { name: string };
}

/** Host-side arguments of packed attention. */
export interface PackedAttentionAttributes {
  /** Starts of the sequences and the end of the last, [sequences + 1]. */
  cuSeqlens: Int32Array;
  /** The same of the keys; the same array for self-attention. */
  cuSeqlensKey: Int32Array;
  /** Factor of q · kᵀ before softmax. */
  scale: number;
  /** Places seen to either side; absent: all. */
  window?: number;
  /** Of the weights; absent: none is dropped. */
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
  /** Called after each op, in the order in which they ran. */
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
