import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import cpu, { createCpuBackend } from "@taxon/backend-cpu";
import { conformanceCases, report, runConformance } from "@taxon/conformance";
import type { BackendProvider } from "@taxon/tensor";
import { brokenProvider, type Defect, edited } from "./support/broken_backend.ts";

const sound: BackendProvider = {
  ...cpu,
  create: (options) => createCpuBackend({ ...options, tier: "reference" }),
};

/** A wrong backend, and a case that must catch it and say so. */
interface BrokenBackend {
  readonly what: string;
  readonly defect: Defect;
  readonly caughtBy: string;
  readonly message?: string;
}

const brokenBackends: readonly BrokenBackend[] = [
  {
    what: "matmul drops the last column",
    caughtBy: "matmul/documented example",
    message: "worst at [1, 1]: got 0, expected 22",
    defect: (backend) => ({
      matmul(a, b, options, out) {
        const n = out.shape[out.shape.length - 1];
        return edited(backend, backend.matmul(a, b, options, out), out, (c) => {
          for (let i = n - 1; i < c.length; i += n) c[i] = 0;
        });
      },
    }),
  },
  {
    what: "a sum forgets the last of 65536 terms",
    caughtBy: "sum/65536 elements",
    defect: (backend) => ({
      reduce(op, x, axes, out) {
        const result = backend.reduce(op, x, axes, out);
        if (x.shape[0] !== 65536) return result;
        const last = backend.readSync(x)[65535];
        return edited(backend, result, out, (y) => y[0] -= last);
      },
    }),
  },
  {
    what: "gather is off by one",
    caughtBy: "gather/first and last row",
    defect: (backend) => ({
      gather(x, ids, out) {
        const shifted = backend.readSync(ids).map((id) => (id + 1) % x.shape[0]);
        const buffer = backend.upload(shifted, ids);
        const rows = backend.gather(x, { ...ids, buffer }, out);
        backend.free(buffer);
        return rows;
      },
    }),
  },
  {
    what: "slice takes its axes in reverse",
    caughtBy: "slice/[2,3] at [1,2] of [4,5]",
    defect: (backend) => ({
      slice(x, start, out) {
        const reversed = start.toReversed();
        const fits = reversed.every((from, axis) => from + out.shape[axis] <= x.shape[axis]);
        return backend.slice(x, fits ? reversed : start, out);
      },
    }),
  },
  {
    what: "max overlooks NaN",
    caughtBy: "max/NaN and infinities",
    defect: (backend) => ({
      reduce(op, x, axes, out) {
        const result = backend.reduce(op, x, axes, out);
        return op === "sum" ? result : edited(backend, result, out, (y) => {
          for (let i = 0; i < y.length; i++) if (Number.isNaN(y[i])) y[i] = 1;
        });
      },
    }),
  },
  {
    what: "a fused gradient is missing",
    caughtBy: "layerNorm/affine gradient",
    message: "layerNormGrad on broken: result 1 is missing",
    defect: (backend) => ({
      fused: {
        layerNormGrad(args) {
          const [dx, dweight, dbias] = backend.fused.layerNormGrad!(args);
          if (dweight) backend.free(dweight);
          return [dx, undefined, dbias];
        },
      },
    }),
  },
  {
    what: "a fused gradient is zeros",
    caughtBy: "linear/none small gradient",
    message: "gradient of input 1: worst at",
    defect: (backend) => ({
      fused: {
        linearGrad(args) {
          const [dx, dweight, dbias] = backend.fused.linearGrad!(args);
          if (dweight) backend.free(dweight);
          const zeros = { shape: args.weight.shape, dtype: "f32" } as const;
          return [dx, args.needs.weight ? backend.fill(0, zeros) : undefined, dbias];
        },
      },
    }),
  },
  {
    what: "the bias's gradient depends on the weight's being wanted",
    caughtBy: "linear/none small gradient",
    message: "gradient of input 2 alone: worst at",
    defect: (backend) => ({
      fused: {
        linearGrad(args) {
          const [dx, dweight, dbias] = backend.fused.linearGrad!(args);
          if (!dbias || args.needs.weight) return [dx, dweight, dbias];
          const out = { shape: [args.weight.shape[0]], dtype: "f32" } as const;
          return [dx, dweight, edited(backend, dbias, out, (db) => db.fill(0))];
        },
      },
    }),
  },
  {
    what: "softmax leaks a buffer",
    caughtBy: "softmax/random",
    message: "leaked: 0 live buffers before the case, 1 after it",
    defect: (backend) => ({
      fused: {
        softmax(x, out) {
          backend.fill(0, out);
          return backend.fused.softmax!(x, out);
        },
      },
    }),
  },
  {
    what: "free accepts a buffer twice",
    caughtBy: "lifetime/free twice",
    defect: (backend) => {
      const freed = new Set<unknown>();
      return {
        free(buffer) {
          if (!freed.has(buffer)) backend.free(buffer);
          freed.add(buffer);
        },
      };
    },
  },
  {
    what: "pad leaves what the memory held",
    caughtBy: "lifetime/reused memory",
    message: "pad: worst at",
    defect: (backend) => ({
      pad(x, before, out) {
        return edited(backend, backend.pad(x, before, out), out, (y) => y[0] = NaN);
      },
    }),
  },
  {
    what: "dropout draws from another stream",
    caughtBy: "dropout/mask p 0.5",
    defect: (backend) => ({
      fused: {
        dropout: (x, args, out) =>
          backend.fused.dropout!(x, { ...args, key: [args.key[1], args.key[0]] }, out),
      },
    }),
  },
  {
    what: "attention draws dropout by place in the buffer rather than by row id",
    caughtBy: "attention/dropout",
    defect: (backend) => ({
      fused: {
        attention(args, out) {
          if (!args.dropout) return backend.fused.attention!(args, out);
          const places = Int32Array.from({ length: args.q.shape[0] }, (_, row) => row);
          const rows = { ...args.dropout.rows, buffer: backend.upload(places, args.dropout.rows) };
          const y = backend.fused.attention!({ ...args, dropout: { ...args.dropout, rows } }, out);
          backend.free(rows.buffer);
          return y;
        },
      },
    }),
  },
  {
    what: "layerNorm rounds otherwise from nine rows on",
    caughtBy: "rows/layerNorm",
    message: "differs from the same row alone",
    defect: (backend) => ({
      fused: {
        layerNorm(args, out) {
          const y = backend.fused.layerNorm!(args, out);
          if (out.shape[0] < 9) return y;
          return edited(backend, y, out, (elements) => elements.set(elements.map((v) => v * (1 + 2 ** -22))));
        },
      },
    }),
  },
  {
    what: "the decay of AdamW is multiplied by nothing",
    caughtBy: "adamwStep/three steps",
    message: "parameter 0: worst at",
    defect: (backend) => ({
      fused: {
        adamwStep: (entries, options) =>
          backend.fused.adamwStep!(entries.map((entry) => ({ ...entry, weightDecay: 0 })), options),
      },
    }),
  },
  {
    what: "training hears nothing of the embedding's repeated ids",
    caughtBy: "training/20 steps",
    message: "the float64 oracle has",
    defect: (backend) => ({
      scatterAdd(ids, updates, out) {
        const seen = new Set<number>();
        const width = out.shape[1] ?? 1;
        const values = backend.readSync(updates);
        backend.readSync(ids).forEach((id, i) => {
          if (seen.has(id)) values.fill(0, i * width, (i + 1) * width);
          seen.add(id);
        });
        const buffer = backend.upload(values, updates);
        const sums = backend.scatterAdd(ids, { ...updates, buffer }, out);
        backend.free(buffer);
        return sums;
      },
    }),
  },
];

/** Matches exactly the named cases. */
function only(names: readonly string[]): RegExp {
  return new RegExp(`^(?:${names.map((name) => RegExp.escape(name)).join("|")})$`);
}

for (const { what, defect, caughtBy, message = "worst at" } of brokenBackends) {
  Deno.test(`the conformance kit catches a backend where ${what}`, async () => {
    const [result] = await runConformance(brokenProvider(sound, defect), { only: only([caughtBy]) });
    assertEquals([result?.name, result?.status], [caughtBy, "failed"]);
    assertStringIncludes(result.reason!, caughtBy === "lifetime/free twice" ? "must throw" : message);
  });
}

Deno.test("the cases that catch wrong backends pass on a sound one", async () => {
  const names = [...new Set(brokenBackends.map(({ caughtBy }) => caughtBy))];
  const results = await runConformance(sound, { only: only(names) });
  assertEquals(results.length, names.length);
  assertEquals(results.filter(({ status }) => status !== "passed"), []);
});

Deno.test("every conformance case has a name of its own", () => {
  const names = conformanceCases.map(({ name }) => name);
  assertEquals(names.filter((name, i) => names.indexOf(name) !== i), []);
});

Deno.test("the conformance kit refuses a skip without a reason and a skip of an unknown case", async () => {
  const skip = (name: string, reason: string) => runConformance(sound, { skip: [{ case: name, reason }] });
  await assertRejects(
    () => skip("fill/values", " "),
    TypeError,
    'Cannot skip case "fill/values" without a reason',
  );
  await assertRejects(
    () => skip("fill/valus", "slow"),
    TypeError,
    'Cannot skip case "fill/valus": there is none',
  );
});

Deno.test("a skipped conformance case is not run and keeps its reason in the report", async () => {
  const never = brokenProvider(sound, () => ({
    fill: () => {
      throw new Error("fill was called");
    },
  }));
  const skip = [{ case: "fill/values", reason: "the device cannot fill" }];
  const results = await runConformance(never, { skip, only: /^(?:fill\/values|storage\/round trip)$/ });
  const table = report(results);
  assertStringIncludes(table, "1 passed, 0 failed, 1 skipped");
  assertStringIncludes(table, "| fill/values | skipped |  | the device cannot fill |");
});

Deno.test("a dtype that a backend does not store is reported as not applicable", async () => {
  const without16 = brokenProvider(sound, ({ capabilities }) => ({
    capabilities: { ...capabilities, dtypes: ["f32", "i32"] },
  }));
  const results = await runConformance(without16, { only: /f16/ });
  assert(results.length >= 8);
  assert(
    results.every(({ status, reason }) => status === "skipped" && /capabilities.dtypes has no/.test(reason!)),
  );
});
