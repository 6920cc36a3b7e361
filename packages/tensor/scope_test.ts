import { assert, assertEquals, assertThrows } from "@std/assert";
import { createCpuBackend } from "@taxon/backend-cpu";
import {
  add,
  DisposedError,
  keep,
  mul,
  reshape,
  scope,
  ShapeError,
  type Tensor,
  tensor,
  useBackend,
} from "./mod.ts";

const backend = useBackend(await createCpuBackend({ tier: "reference" }));
const live = () => backend.memory().buffers;

Deno.test("scope() frees everything made inside but what it returns", async () => {
  const before = live();
  using y = scope(() => add(mul(tensor([1, 2]), tensor([3, 4])), 1));
  assertEquals(live(), before + 1);
  assertEquals(await y.data(), Float32Array.of(4, 9));
});

Deno.test("scope() finds returned tensors in arrays, maps and plain objects", () => {
  const before = live();
  const result = scope(() => {
    tensor([9]);
    return { list: [tensor([1])], map: new Map([["m", tensor([2])]]), nested: { one: tensor([3]) } };
  });
  assertEquals(live(), before + 3);
  for (const t of [result.list[0], result.map.get("m")!, result.nested.one]) t.dispose();
  assertEquals(live(), before);
});

Deno.test("what an inner scope returns belongs to the outer one", () => {
  const before = live();
  scope(() => {
    const inner = scope(() => mul(tensor([1]), 2));
    assertEquals(live(), before + 1);
    assert(!inner.disposed);
  });
  assertEquals(live(), before);
});

Deno.test("keep() takes a tensor out of every scope around it", () => {
  const before = live();
  let kept: Tensor | undefined;
  scope(() => {
    scope(() => {
      kept = keep(tensor([1]));
    });
  });
  assertEquals(live(), before + 1);
  kept!.dispose();
  assertEquals(live(), before);
});

Deno.test("scope() frees what was made before an error", () => {
  const before = live();
  assertThrows(() =>
    scope(() => {
      tensor([1]);
      return reshape(tensor([1, 2]), [3]);
    }), ShapeError);
  assertEquals(live(), before);
});

Deno.test("scope() refuses an async function and frees what it made", () => {
  const before = live();
  const run = () =>
    scope(async () => {
      await tensor([1]).data();
    });
  assertThrows(run, TypeError, "Cannot run an async function in a scope: await outside it");
  assertEquals(live(), before);
});

Deno.test("using gives memory back at the end of the block, and dispose() may be called again", () => {
  const before = live();
  {
    using t = tensor([1, 2, 3]);
    assertEquals(live(), before + 1);
    t.dispose();
    assertEquals(live(), before);
  }
  assertEquals(live(), before);
});

Deno.test("reshape() shares the buffer, which lives until the last view is disposed", async () => {
  const before = live();
  const x = tensor([[1, 2], [3, 4]]);
  const flat = reshape(x, [-1]);
  assertEquals([live(), flat.shape], [before + 1, [4]]);
  x.dispose();
  assertEquals(await flat.data(), Float32Array.of(1, 2, 3, 4));
  flat.dispose();
  assertEquals(live(), before);
});

Deno.test("a disposed tensor refuses use, saying what it was", () => {
  const x = tensor([[1, 2, 3]]);
  x.dispose();
  assertThrows(
    () => add(x, 1),
    DisposedError,
    "Cannot add a f32 tensor of shape [1, 3]: it was disposed; return it from its scope or keep() it",
  );
});
