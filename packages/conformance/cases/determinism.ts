import { valueAndGrad } from "@taxon/autograd";
import {
  type Backend,
  gather,
  layerNorm,
  linear,
  mean,
  packedAttention,
  reshape,
  scope,
  softmaxCrossEntropy,
} from "@taxon/tensor";
import type { ConformanceCase } from "../case.ts";
import { ConformanceError, NotApplicable } from "../errors.ts";
import { CaseContext } from "../context.ts";
import { sample, sampleIntegers } from "../oracle/nd_array.ts";

const TOKENS = 192;
const MODEL = 64;

/** Loss and gradients of a layer large enough that a backend with threads uses them. */
async function trainingStep(context: CaseContext, backend: Backend): Promise<Float32Array[]> {
  const weight = (name: string, shape: readonly number[]) =>
    context.tensor(sample(name, shape, (x) => x * 0.3), backend);
  const table = weight("table", [50, MODEL]);
  const query = weight("query", [MODEL, MODEL]);
  const up = weight("up", [256, MODEL]);
  const down = weight("down", [MODEL, 256]);
  const ids = context.tensor(sampleIntegers("ids", [TOKENS], 50), backend);
  const labels = context.tensor(sampleIntegers("labels", [TOKENS], MODEL), backend);
  const cuSeqlens = Int32Array.of(0, 100, 163, TOKENS);
  const { value, grads } = scope(() =>
    valueAndGrad([table, query, up, down], () => {
      const x = layerNorm(gather(table, ids)); // [tokens, model]
      const q = reshape(linear(x, query), [TOKENS, 2, MODEL / 2]);
      const attended = reshape(packedAttention(q, q, q, { cuSeqlens }), [TOKENS, MODEL]);
      const hidden = linear(attended, up, { activation: "geluTanh" });
      return mean(softmaxCrossEntropy(linear(hidden, down), labels));
    })
  );
  return await Promise.all([value, ...grads].map((tensor) => context.own(tensor!).data()));
}

function demandSameBits(a: readonly Float32Array[], b: readonly Float32Array[], what: string): void {
  for (const [i, values] of a.entries()) {
    const at = values.findIndex((value, n) => !Object.is(value, b[i][n]));
    if (at < 0) continue;
    const name =
      ["loss", "gradient of the table", "gradient of query", "gradient of up", "gradient of down"][i];
    throw new ConformanceError(`${what}: ${name} differs at element ${at}: ${values[at]} and ${b[i][at]}`);
  }
}

async function checkRepeat(context: CaseContext): Promise<void> {
  const [first, second] = [
    await trainingStep(context, context.backend),
    await trainingStep(context, context.backend),
  ];
  demandSameBits(first, second, "first and second run");
}

async function checkThreads(context: CaseContext): Promise<void> {
  if (context.backend.capabilities.threads === undefined) {
    throw new NotApplicable("capabilities.threads is not given");
  }
  const runs: Float32Array[][] = [];
  for (const threads of [1, 2, 3]) {
    using backend = await context.provider.create({ threads });
    using other = new CaseContext(backend, context.provider); // its tensors go before the backend does
    runs.push(await trainingStep(other, backend));
  }
  demandSameBits(runs[0], runs[1], "1 and 2 threads");
  demandSameBits(runs[0], runs[2], "1 and 3 threads");
}

/** The same call gives the same bits, however many threads compute it. */
export const determinismCases: readonly ConformanceCase[] = [
  { name: "determinism/repeated", run: checkRepeat },
  { name: "determinism/threads", run: checkThreads },
];
