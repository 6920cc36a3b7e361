import {
  type AttentionArgs,
  type AttentionGradArgs,
  foldIn,
  type FusedOps,
  type OutputSpec,
} from "@taxon/tensor";
import type { CpuBuffer } from "../reference/buffer.ts";
import type { Engine } from "./engine.ts";
import { attentionInputs, attentionScratch } from "./kernels/attention.ts";
import { addressOf, areFloats } from "./launch.ts";

/** The attention kernels; 16-bit operands go to `reference`. */
export function createAttention(
  engine: Engine,
  create: (out: OutputSpec) => CpuBuffer,
  reference: Required<FusedOps>,
): Pick<FusedOps, "attention" | "attentionGrad"> {
  const { attention, attentionGrad } = engine.kernels;
  return {
    attention(args, out) {
      if (!areFloats(args.q, args.k, args.v)) return reference.attention(args, out);
      const y = create(out);
      launch(engine, args, false, (inputs, units, work) => {
        engine.run(attention, { ...inputs, y: y.byteOffset }, units, work);
      });
      return y;
    },

    attentionGrad(args: AttentionGradArgs) {
      const { q, k, v, dy } = args;
      if (!areFloats(q, k, v, dy)) return reference.attentionGrad(args);
      const [dq, dk, dv] = [q, k, v].map(({ shape, dtype }) => create({ shape, dtype }));
      launch(engine, args, true, (inputs, units, work) => {
        const gradients = { dq: dq.byteOffset, dk: dk.byteOffset, dv: dv.byteOffset };
        engine.run(attentionGrad, { ...inputs, dy: addressOf(dy), ...gradients }, units, work);
      });
      return [dq, dk, dv];
    },
  };
}

/** More places than any sequence has, and added to a place still an i32. */
const FAR = 2 ** 30;

/** Arguments that both kernels take. */
type Inputs = { readonly [K in keyof typeof attentionInputs]: number };

/** Lays out what both kernels read and calls `run` with it, the number of units and the work of an average one. */
function launch(
  engine: Engine,
  { q, k, v, cuSeqlens, cuSeqlensKey, scale, window = Infinity, dropout }: AttentionArgs,
  grad: boolean,
  run: (inputs: Inputs, units: number, work: number) => void,
): void {
  const [tokens, heads, headDim] = q.shape;
  const sequences = cuSeqlens.length - 1;
  let longest = 0;
  for (let s = 0; s < sequences; s++) longest = Math.max(longest, cuSeqlensKey[s + 1] - cuSeqlensKey[s]);
  const scratchBytes = 4 * attentionScratch(longest, headDim, grad);
  const headKeyWords = dropout ? Array.from({ length: heads }, (_, h) => foldIn(dropout.key, h)).flat() : [];
  const p = dropout?.p ?? 0;

  engine.withIntegers(
    cuSeqlens,
    (starts) =>
      engine.withIntegers(
        cuSeqlensKey,
        (keyStarts) =>
          engine.withIntegers(headKeyWords, (headKeys) =>
            engine.scratch(scratchBytes * engine.threads, (scratch) => {
              const inputs = {
                q: addressOf(q),
                k: addressOf(k),
                v: addressOf(v),
                starts,
                keyStarts,
                heads,
                headDim,
                scale,
                window: Math.min(window, FAR),
                headKeys: dropout ? headKeys : 0,
                rows: dropout ? addressOf(dropout.rows) : 0,
                p,
                keepScale: 1 / (1 - p),
                scratch,
                scratchBytes,
              };
              const queries = tokens / Math.max(1, sequences);
              run(inputs, sequences * heads, queries * longest * headDim / 4);
            })),
      ),
  );
}
