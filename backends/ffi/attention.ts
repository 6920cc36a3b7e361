import type { AttentionArgs, FusedOps } from "@taxon/tensor";
import type { FfiMemory } from "./memory.ts";

/** Packed attention and its gradient; 16-bit operands are widened first. */
export function createAttention(memory: FfiMemory): Pick<FusedOps, "attention" | "attentionGrad"> {
  return {
    attention(args, out) {
      const { native, id } = memory.context;
      const { q, k, v } = args;
      const starts = startsOf(args);
      return memory.withFloats(
        [q, k, v],
        (q, k, v) =>
          memory.result(
            out,
            (y) => native.taxon_attention(id, q, k, v, ...numbersOf(memory, args), y, starts, starts.length),
          ),
      );
    },

    attentionGrad(args) {
      const { native, id } = memory.context;
      const { dy, q, k, v } = args;
      const starts = startsOf(args);
      const specs = [q, k, v].map(({ shape }) => ({ shape, dtype: "f32" }) as const);
      const numbers = numbersOf(memory, args);
      return memory.withFloats(
        [dy, q, k, v],
        (dy, q, k, v) =>
          memory.results(
            specs,
            ([dq, dk, dv]) =>
              native.taxon_attention_grad(id, dy, q, k, v, ...numbers, dq, dk, dv, starts, starts.length),
          ),
      );
    },
  };
}

/** heads, headDim, scale, and the dropout: key, p, ids of rows. */
function numbersOf(
  memory: FfiMemory,
  { q, scale, dropout }: AttentionArgs,
): [number, number, number, number, number, number, number] {
  const [, heads, headDim] = q.shape;
  if (dropout === undefined) return [heads, headDim, scale, 0, 0, 0, 0];
  const { key, p, rows } = dropout;
  return [heads, headDim, scale, key[0], key[1], p, memory.handle(rows)];
}

/** Starts of the queries' sequences, then those of the keys'. */
function startsOf({ cuSeqlens, cuSeqlensKey }: AttentionArgs): Int32Array<ArrayBuffer> {
  const starts = new Int32Array(cuSeqlens.length + cuSeqlensKey.length);
  starts.set(cuSeqlens);
  starts.set(cuSeqlensKey, cuSeqlens.length);
  return starts;
}
