import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { createCpuBackend } from "@taxon/backend-cpu";
import { ShapeError, useBackend } from "@taxon/tensor";
import { Embedding, LayerNorm, Linear, Module, type StateEntry } from "./mod.ts";

const backend = useBackend(await createCpuBackend({ tier: "reference" }));

class Pair extends Module {
  readonly first: Linear;
  readonly layers: Module[];
  readonly norm?: LayerNorm;
  constructor(reversed = false) {
    super();
    const make = [() => new Linear(3, 4), () => new Linear(4, 2, { bias: false })];
    const [a, b] = reversed ? make.reverse().map((f) => f()).reverse() : make.map((f) => f());
    this.first = a;
    this.layers = [b, new LayerNorm(2)];
  }
}

Deno.test("parameters are named by the path of fields; absent fields have none", () => {
  using pair = new Pair();
  assertEquals([...pair.namedParameters().keys()], [
    "first.weight",
    "first.bias",
    "layers.0.weight",
    "layers.1.weight",
    "layers.1.bias",
  ]);
});

Deno.test("a module may leave the name of a field out, inside another, too", () => {
  class Flat extends Pair {
    override namedFields() {
      return [
        ...this.first.namedFields(),
        ...super.namedFields().filter(([, field]) => field !== this.first),
      ];
    }
  }
  class Outer extends Module {
    readonly inner = [new Flat()];
  }
  using outer = new Outer();
  assertEquals([...outer.namedParameters().keys()].slice(0, 3), [
    "inner.0.weight",
    "inner.0.bias",
    "inner.0.layers.0.weight",
  ]);
});

Deno.test("initialize() gives the same values whatever the order in which layers were made", async () => {
  using one = new Pair().initialize(11);
  using other = new Pair(true).initialize(11);
  using third = new Pair().initialize(12);
  assertEquals(await one.stateDict(), await other.stateDict());
  const weight = async (pair: Pair) => (await pair.stateDict()).get("first.weight")!.data;
  assert((await weight(one)).every((value) => value !== 0));
  assert((await weight(one))[0] !== (await weight(third))[0]);
});

Deno.test("a linear weight is uniform within Xavier's bound, an embedding normal", async () => {
  using linear = new Linear(200, 100).initialize(1);
  const weight = await linear.weight.data();
  const bound = Math.sqrt(6 / 300);
  const top = Math.max(...weight.map(Math.abs));
  assert(top <= bound && top > 0.99 * bound);
  const variance = (values: Float32Array) => values.reduce((sum, v) => sum + v * v, 0) / values.length;
  // a mean of 20000 squares: 1 % is one and a half standard deviations of the normal's
  assertAlmostEquals(variance(weight) / (bound ** 2 / 3), 1, 0.03);
  using embedding = new Embedding(200, 100, 0.5).initialize(1);
  assertAlmostEquals(variance(await embedding.weight.data()) / 0.25, 1, 0.05);
});

Deno.test("loadStateDict() names what is missing and what is left over, and changes nothing", async () => {
  using pair = new Pair().initialize(1);
  const state = await pair.stateDict();
  const before = await pair.stateDict();
  const entry: StateEntry = { shape: [1], data: Float32Array.of(1) };
  state.delete("first.bias");
  state.set("head.weight", entry);
  assertThrows(
    () => pair.loadStateDict(state),
    TypeError,
    "Cannot load the state: 1 parameters are missing (first.bias), 1 are not part of the model (head.weight)",
  );
  const wrong = new Map(before).set("layers.1.bias", entry);
  assertThrows(
    () => pair.loadStateDict(wrong),
    ShapeError,
    "Cannot load layers.1.bias: the state holds [1], the model expects [2]",
  );
  assertEquals(await pair.stateDict(), before);
});

Deno.test("a disposed module gives all its memory back", () => {
  const before = backend.memory().buffers;
  const pair = new Pair().initialize(1);
  assertEquals(backend.memory().buffers, before + 5);
  pair[Symbol.dispose]();
  assertEquals(backend.memory().buffers, before);
});
