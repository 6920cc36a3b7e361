import type { BinaryOp, CompareOp, UnaryOp } from "./backend.ts";
import { full } from "./creation.ts";
import { emit } from "./dispatch.ts";
import type { DType } from "./dtype.ts";
import { DTypeError } from "./errors.ts";
import { broadcastShapes } from "./shape.ts";
import type { Tensor } from "./tensor.ts";

/** Applies an elementwise function; see `UnaryOp`. */
export function unary(op: UnaryOp, x: Tensor): Tensor {
  if (x.dtype !== "f32" && !(x.dtype === "i32" && (op === "neg" || op === "abs"))) {
    throw new DTypeError(`Cannot apply ${op} to a ${x.dtype} tensor: cast(x, "f32") first`);
  }
  const out = { shape: x.shape, dtype: x.dtype };
  return emit("unary", [x], { op }, out, (backend, [a], out) => backend.unary(op, a, out));
}

/** −x */
export const neg = (x: Tensor): Tensor => unary("neg", x);
/** |x| */
export const abs = (x: Tensor): Tensor => unary("abs", x);
/** eˣ */
export const exp = (x: Tensor): Tensor => unary("exp", x);
/** Natural logarithm; NaN below 0, −∞ at 0. */
export const log = (x: Tensor): Tensor => unary("log", x);
/** √x; NaN below 0. */
export const sqrt = (x: Tensor): Tensor => unary("sqrt", x);
/** 1 / √x */
export const rsqrt = (x: Tensor): Tensor => unary("rsqrt", x);
/** Hyperbolic tangent. */
export const tanh = (x: Tensor): Tensor => unary("tanh", x);
/** Error function, 2/√π · ∫₀ˣ e^(−t²) dt. */
export const erf = (x: Tensor): Tensor => unary("erf", x);
/** Sine of x in radians. */
export const sin = (x: Tensor): Tensor => unary("sin", x);
/** Cosine of x in radians. */
export const cos = (x: Tensor): Tensor => unary("cos", x);

/** Applies a function of two operands with NumPy broadcasting; see `BinaryOp`. One of them may be a number. */
export function binary(op: BinaryOp, a: Tensor | number, b: Tensor | number): Tensor {
  const [x, y] = operands(op, a, b);
  if (x.dtype !== "f32" && x.dtype !== "i32") {
    throw new DTypeError(`Cannot ${op} ${x.dtype} tensors: 16-bit types only store; cast(x, "f32") first`);
  }
  if (typeof y === "number") {
    const out = { shape: x.shape, dtype: x.dtype };
    return emit("binary", [x], { op, scalar: y }, out, (backend, [p], out) => backend.binary(op, p, y, out));
  }
  const out = { shape: broadcastShapes(x.shape, y.shape, op), dtype: x.dtype };
  return emit("binary", [x, y], { op }, out, (backend, [p, q], out) => backend.binary(op, p, q, out));
}

/** a + b */
export const add = (a: Tensor | number, b: Tensor | number): Tensor => binary("add", a, b);
/** a − b */
export const sub = (a: Tensor | number, b: Tensor | number): Tensor => binary("sub", a, b);
/** a · b */
export const mul = (a: Tensor | number, b: Tensor | number): Tensor => binary("mul", a, b);
/** a / b; between i32 tensors truncated towards 0. */
export const div = (a: Tensor | number, b: Tensor | number): Tensor => binary("div", a, b);
/** The larger of a and b; NaN if either is NaN. */
export const maximum = (a: Tensor | number, b: Tensor | number): Tensor => binary("max", a, b);
/** The smaller of a and b; NaN if either is NaN. */
export const minimum = (a: Tensor | number, b: Tensor | number): Tensor => binary("min", a, b);

/** Compares with NumPy broadcasting; i32 0 or 1, NaN compares false. */
export function compare(op: CompareOp, a: Tensor | number, b: Tensor | number): Tensor {
  const [x, y] = operands(op, a, b);
  if (typeof y === "number") {
    const out = { shape: x.shape, dtype: "i32" as const };
    return emit(
      "compare",
      [x],
      { op, scalar: y },
      out,
      (backend, [p], out) => backend.compare(op, p, y, out),
    );
  }
  const out = { shape: broadcastShapes(x.shape, y.shape, op), dtype: "i32" as const };
  return emit("compare", [x, y], { op }, out, (backend, [p, q], out) => backend.compare(op, p, q, out));
}

/** a = b, as i32 0 or 1. */
export const equal = (a: Tensor | number, b: Tensor | number): Tensor => compare("equal", a, b);
/** a < b, as i32 0 or 1. */
export const less = (a: Tensor | number, b: Tensor | number): Tensor => compare("less", a, b);
/** a ≤ b, as i32 0 or 1. */
export const lessEqual = (a: Tensor | number, b: Tensor | number): Tensor => compare("lessEqual", a, b);

/** `condition ≠ 0 ? a : b`, broadcast; `condition` is i32. */
export function where(condition: Tensor, a: Tensor | number, b: Tensor | number): Tensor {
  if (condition.dtype !== "i32") {
    throw new DTypeError(
      `Cannot choose by a ${condition.dtype} condition: use the i32 result of a comparison`,
    );
  }
  const values = [a, b].filter((value) => typeof value !== "number");
  const dtype = values[0]?.dtype ?? "f32";
  if (values.some((value) => value.dtype !== dtype)) {
    throw new DTypeError(
      `Cannot choose between ${values[0].dtype} and ${values[1].dtype} tensors: cast() one`,
    );
  }
  const shape = values.reduce<readonly number[]>(
    (shape, value) => broadcastShapes(shape, value.shape, "choose between"),
    condition.shape,
  );
  const attributes = { a: typeof a === "number" ? a : undefined, b: typeof b === "number" ? b : undefined };
  return emit("where", [condition, ...values], attributes, { shape, dtype }, (backend, [c, ...rest], out) => {
    const p = attributes.a ?? rest.shift()!;
    const q = attributes.b ?? rest.shift()!;
    return backend.where(c, p, q, out);
  });
}

/** Converts to `dtype`; f32 to i32 truncates and saturates, to 16 bits it rounds to nearest, ties to even. */
export function cast(x: Tensor, dtype: DType): Tensor {
  if (!x.backend.capabilities.dtypes.includes(dtype)) {
    throw new DTypeError(
      `Cannot cast to ${dtype} on ${x.backend.name}: it stores ${x.backend.capabilities.dtypes.join(", ")}`,
    );
  }
  return emit("cast", [x], {}, { shape: x.shape, dtype }, (backend, [a], out) => backend.cast(a, out));
}

/** max(x, 0); its gradient at 0 is 0, as in PyTorch. */
export const relu = (x: Tensor): Tensor => maximum(x, 0);

/** 1 / (1 + e⁻ˣ), computed as (1 + tanh(x/2)) / 2, which does not overflow. */
export const sigmoid = (x: Tensor): Tensor => add(mul(tanh(mul(x, 0.5)), 0.5), 0.5);

/** Puts a number on the right, where backends take it without a buffer, and checks that dtypes agree. */
function operands(op: string, a: Tensor | number, b: Tensor | number): [Tensor, Tensor | number] {
  if (typeof a === "number") {
    if (typeof b === "number") throw new DTypeError(`Cannot ${op} two numbers: one operand must be a tensor`);
    const commutes = op === "add" || op === "mul" || op === "max" || op === "min" || op === "equal";
    return commutes ? [b, a] : [full([], a, { dtype: b.dtype, backend: b.backend }), b];
  }
  if (typeof b === "number") {
    if (a.dtype === "i32" && !Number.isInteger(b)) {
      throw new DTypeError(`Cannot ${op} an i32 tensor and ${b}: cast(x, "f32") first`);
    }
  } else if (a.dtype !== b.dtype) {
    throw new DTypeError(`Cannot ${op} ${a.dtype} and ${b.dtype} tensors: cast() one of them`);
  }
  return [a, b];
}
