import { assertEquals } from "@std/assert";
import { Graph } from "./graph.ts";

/** What Python's onnx 1.23.2 writes, by tests/interop/record_onnx.py. */
const recorded =
  "CAgSBXRheG9uOrEDCncKA2lkcwoHd2VpZ2h0cxIUTGF5ZXJOb3JtYWxpemF0aW9uXzAaFExheWVyTm9ybWFsaXphdGlv" +
  "bl8wIhJMYXllck5vcm1hbGl6YXRpb24qFAoEYXhpcxj///////////8BoAECKhEKB2Vwc2lsb24VrMUnN6ABAQpgChRM" +
  "YXllck5vcm1hbGl6YXRpb25fMAoIWy0xLDMwMF0KBWludCA3CgMwLjUSC1RyYW5zcG9zZV8xGgtUcmFuc3Bvc2VfMSIJ" +
  "VHJhbnNwb3NlKg0KBHBlcm1AAUAAoAEHCicKC1RyYW5zcG9zZV8xEgZsb2dpdHMaBmxvZ2l0cyIISWRlbnRpdHkSCmNs" +
  "YXNzaWZpZXIqHQgBCAMQAUIHd2VpZ2h0c0oMAADAPwAAAMAAAAAAKiAIAhAHQghbLTEsMzAwXUoQ//////////8sAQAA" +
  "AAAAACoTEAdCBWludCA3SggHAAAAAAAAACoNEAFCAzAuNUoEAAAAP1obCgNpZHMSFAoSCAcSDgoHEgViYXRjaAoDCKwC" +
  "Yh0KBmxvZ2l0cxITChEIARINCgcSBWJhdGNoCgIIAkIECgAQEQ==";

Deno.test("a graph is written in the bytes of Python's onnx", () => {
  const graph = new Graph();
  const ids = graph.input("ids", "int64", ["batch", 300]);
  const weights = graph.floats("weights", [1, 3], Float32Array.of(1.5, -2, 0));
  const constants = [graph.integers([-1, 300]), graph.integer(7), graph.scalar(0.5)];
  const norm = graph.op("LayerNormalization", [ids, weights], { axis: -1, epsilon: { float: 1e-5 } });
  const turned = graph.op("Transpose", [norm, ...constants], { perm: [1, 0] });
  graph.output("logits", turned, ["batch", 2]);
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
