import { assertEquals } from "@std/assert";
import { Graph } from "./graph.ts";

/** What Python's onnx 1.23.2 writes, by tests/interop/record_onnx.py. */
const recorded =
  "CAgSBXRheG9uOrYHCncKA2lkcwoHd2VpZ2h0cxIUTGF5ZXJOb3JtYWxpemF0aW9uXzAaFExheWVyTm9ybWFsaXphdGlvbl8w" +
  "IhJMYXllck5vcm1hbGl6YXRpb24qFAoEYXhpcxj///////////8BoAECKhEKB2Vwc2lsb24VrMUnN6ABAQpgChRMYXllck5v" +
  "cm1hbGl6YXRpb25fMAoIWy0xLDMwMF0KBWludCA3CgMwLjUSC1RyYW5zcG9zZV8xGgtUcmFuc3Bvc2VfMSIJVHJhbnNwb3Nl" +
  "Kg0KBHBlcm1AAUAAoAEHCjwKA2lkcxIIVW5pcXVlXzISClVuaXF1ZV8yXzEaCFVuaXF1ZV8yIgZVbmlxdWUqDQoGc29ydGVk" +
  "GAGgAQIK6gIKBWludCA3CgAKClVuaXF1ZV8yXzESBkxvb3BfMxoGTG9vcF8zIgRMb29wKrwCCgRib2R5MrACCi4KDExvb3Bf" +
  "M19zdGF0ZQoLTG9vcF8zX3R1cm4SBUFkZF80GgVBZGRfNCIDQWRkCjEKBUFkZF80Eg5Mb29wXzNfc3RlcHBlZBoOTG9vcF8z" +
  "X3N0ZXBwZWQiCElkZW50aXR5CjUKC0xvb3BfM19nb09uEg1Mb29wXzNfZ29lc09uGg1Mb29wXzNfZ29lc09uIghJZGVudGl0" +
  "eRILTG9vcF8zX2JvZHlaFQoLTG9vcF8zX3R1cm4SBgoECAcSAFoVCgtMb29wXzNfZ29PbhIGCgQICRIAWh4KDExvb3BfM19z" +
  "dGF0ZRIOCgwIBxIICgYSBHNpemViFwoNTG9vcF8zX2dvZXNPbhIGCgQICRIAYiAKDkxvb3BfM19zdGVwcGVkEg4KDAgHEggK" +
  "BhIEc2l6ZaABBQpYCgtUcmFuc3Bvc2VfMQoGTG9vcF8zCgd3ZWlnaHRzEgtTY2F0dGVyTkRfOBoLU2NhdHRlck5EXzgiCVNj" +
  "YXR0ZXJORCoTCglyZWR1Y3Rpb24iA2FkZKABAwonCgtTY2F0dGVyTkRfOBIGbG9naXRzGgZsb2dpdHMiCElkZW50aXR5Egpj" +
  "bGFzc2lmaWVyKh0IAQgDEAFCB3dlaWdodHNKDAAAwD8AAADAAAAAACogCAIQB0IIWy0xLDMwMF1KEP//////////LAEAAAAA" +
  "AAAqExAHQgVpbnQgN0oIBwAAAAAAAAAqDRABQgMwLjVKBAAAAD9aGwoDaWRzEhQKEggHEg4KBxIFYmF0Y2gKAwisAmIdCgZs" +
  "b2dpdHMSEwoRCAESDQoHEgViYXRjaAoCCAJCBAoAEBI=";

Deno.test("a graph is written in the bytes of Python's onnx", () => {
  const graph = new Graph();
  const ids = graph.input("ids", "int64", ["batch", 300]);
  const weights = graph.floats("weights", [1, 3], Float32Array.of(1.5, -2, 0));
  const constants = [graph.integers([-1, 300]), graph.integer(7), graph.scalar(0.5)];
  const norm = graph.op("LayerNormalization", [ids, weights], { axis: -1, epsilon: { float: 1e-5 } });
  const turned = graph.op("Transpose", [norm, ...constants], { perm: [1, 0] });
  const [, counts] = graph.ops("Unique", [ids], 2, { sorted: 1 });
  const summed = graph.loop(constants[1], counts, (turn, state) => graph.op("Add", [state, turn]));
  const scattered = graph.op("ScatterND", [turned, summed, weights], { reduction: "add" });
  graph.output("logits", scattered, ["batch", 2]);
  assertEquals(graph.toBytes(), Uint8Array.fromBase64(recorded));
});

Deno.test("constants of the same value are written once", () => {
  const sizeWith = (constants: number) => {
    const graph = new Graph();
    for (let i = 0; i < constants; i++) graph.integers([1, 2]);
    return graph.toBytes().length;
  };
  assertEquals(sizeWith(3), sizeWith(1));
});
