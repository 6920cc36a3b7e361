import { emit, isRecorded } from "../dispatch.ts";
import { add, erf, mul, tanh } from "../elementwise.ts";
import type { Tensor } from "../tensor.ts";

/**
 * Gaussian error linear unit (Hendrycks & Gimpel 2016): x · Φ(x).
 *
 * @param form "erf" is exact (PyTorch's default); "tanh" is the approximation ½x(1 + tanh(√(2/π)(x + 0.044715x³))).
 */
export function gelu(x: Tensor, form: "erf" | "tanh" = "erf"): Tensor {
  const { gelu, geluGrad } = x.backend.fused;
  if (gelu === undefined || (isRecorded(x) && geluGrad === undefined)) return composed(x, form);
  return emit("gelu", [x], { form }, { shape: x.shape, dtype: x.dtype }, (backend, [a], out) => {
    return backend.fused.gelu!(a, form, out);
  });
}

function composed(x: Tensor, form: "erf" | "tanh"): Tensor {
  const gate = form === "erf"
    ? erf(mul(x, Math.SQRT1_2))
    : tanh(mul(add(x, mul(mul(mul(x, x), x), 0.044715)), Math.sqrt(2 / Math.PI)));
  return mul(mul(x, 0.5), add(gate, 1));
}
