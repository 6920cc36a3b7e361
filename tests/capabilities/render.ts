import type { CaseResult } from "@taxon/conformance";
import { largestError, type Measured } from "./measure.ts";
import { fusedOps, type MatrixOp, primitiveOps } from "./ops.ts";

/** The document: tables with one column a backend. */
export function renderMatrix(backends: readonly Measured[]): string {
  return `# Backends

What each backend offers, and how exact it is: written by \`deno task matrix\`, which runs the conformance suite
(\`packages/conformance\`) on every backend and compares with float64 formulas. A cell is the largest error of any
element in any case, absolute below 1 and relative above; \`exact\` means equal bits. Every case passed within the
tolerance that its file states with its reason.

${backends.map(({ name, description }) => `- \`${name}\`: ${description}`).join("\n")}

## Primitives

Forward / gradient, f32. A backend computes forward only; gradients are composed of these same primitives.

${table(backends, primitiveOps, ({ results }, { cases }) => errorsOf(results, cases))}
## Fused ops

Forward / gradient, f32; with \`fused\` where the backend has a kernel of its own, and composed of primitives elsewhere.

${
    table(backends, fusedOps, ({ results, fused }, { name, cases }) => {
      const kernels = fused.filter((method) => method === name || method === `${name}Grad`).length;
      return `${errorsOf(results, cases)}${kernels > 0 ? " fused" : ""}`;
    })
  }
## Element types

Buffers of these types are stored, copied, converted and gathered from; arithmetic is in f32 (and i32).

${
    table(
      backends,
      ["f32", "i32", "f16", "bf16"].map((name) => ({ name, cases: "" })),
      ({ dtypes }, { name }) => dtypes.includes(name) ? "yes" : "no",
    )
  }
## Precisions of products

\`--precision\`: the largest error of \`linear\` on numbers near 1, against float64. Sums, norms and softmax are f32 in each.

${
    table(
      backends,
      ["f32", "bf16", "int8"].map((name) => ({ name, cases: "" })),
      ({ linearErrors }, { name }) => {
        const error = linearErrors[name as keyof typeof linearErrors];
        return error === undefined ? "refused" : shown(error);
      },
    )
  }`;
}

/** Forward and gradient errors of an op's cases. */
function errorsOf(results: readonly CaseResult[], cases: string): string {
  const own = results.filter(({ name, status }) => name.startsWith(`${cases}/`) && status === "passed");
  const gradients = own.filter(({ name }) => name.endsWith(" gradient"));
  const forward = own.filter(({ name }) => !/ (?:gradient|composed)$/.test(name));
  const cell = (some: readonly CaseResult[]) => some.length === 0 ? "–" : shown(largestError(some));
  return `${cell(forward)} / ${cell(gradients)}`;
}

function shown(error: number): string {
  return error === 0 ? "exact" : error.toExponential(1);
}

function table(
  backends: readonly Measured[],
  rows: readonly MatrixOp[],
  cell: (backend: Measured, row: MatrixOp) => string,
): string {
  const lines = [
    ["", ...backends.map(({ name }) => name)],
    ["---", ...backends.map(() => "---")],
    ...rows.map((row) => [`\`${row.name}\``, ...backends.map((backend) => cell(backend, row))]),
  ];
  return lines.map((cells) => `| ${cells.join(" | ")} |\n`).join("");
}
