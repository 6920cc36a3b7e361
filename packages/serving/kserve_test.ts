import { assertEquals } from "@std/assert";
import { fakeClassifier } from "./fake_classifier.ts";
import { createHandler } from "./handler.ts";
import { failure, fakeHandler, get, post } from "./test_support.ts";

const tensor = (name: string, data: unknown[], shape = [data.length]) => ({
  name,
  shape,
  datatype: "BYTES",
  data,
});

Deno.test("/v2/models/{m}/infer maps texts to scores and labels", async () => {
  const handler = createHandler(fakeClassifier({ problemType: "regression" })); // bare logits
  const inputs = [tensor("text", ["a b", "c"]), tensor("text_pair", ["d", "e f g"])];
  for (const path of ["/v2/models/fake/infer", "/v2/models/fake/versions/1/infer"]) {
    assertEquals(await (await post(handler, path, { id: "7", inputs })).json(), {
      model_name: "fake",
      model_version: "1",
      id: "7",
      outputs: [
        { name: "scores", shape: [2, 3], datatype: "FP32", data: [2, 1, 1, 1, 3, 1] },
        { name: "label", shape: [2], datatype: "BYTES", data: ["words", "pair"] },
      ],
    });
  }
  const some = await post(handler, "/v2/models/fake/infer", {
    inputs: [tensor("text", ["a"], [1, 1])],
    outputs: [{ name: "label" }],
  });
  assertEquals(await some.json(), {
    model_name: "fake",
    model_version: "1",
    outputs: [{ name: "label", shape: [1], datatype: "BYTES", data: ["words"] }],
  });
});

Deno.test("/v2/models/{m}/infer refuses tensors that do not fit with 400", async () => {
  const wrong = [
    [],
    [tensor("text_pair", ["a"])],
    [tensor("other", ["a"])],
    [tensor("text", ["a", "b"], [3])],
    [tensor("text", [1])],
    [tensor("text", ["a", "b"]), tensor("text_pair", ["c"])],
    [{ ...tensor("text", ["a"]), datatype: "FP32" }],
  ];
  for (const inputs of wrong) {
    assertEquals(
      (await failure(post(fakeHandler(), "/v2/models/fake/infer", { inputs })))[0],
      400,
      JSON.stringify(inputs),
    );
  }
  const inputs = [tensor("text", ["a"])];
  assertEquals((await failure(post(fakeHandler(), "/v2/models/other/infer", { inputs })))[0], 404);
  assertEquals((await failure(post(fakeHandler(), "/v2/models/fake/versions/2/infer", { inputs })))[0], 404);
});

Deno.test("/v2 describes the server and its models", async () => {
  const json = async (path: string) => await (await get(fakeHandler(), path)).json();
  assertEquals((await json("/v2")).name, "taxon");
  assertEquals(await json("/v2/health/live"), { live: true });
  assertEquals(await json("/v2/health/ready"), { ready: true });
  assertEquals(await json("/v2/models/fake/ready"), { name: "fake", ready: true });
  const model = await json("/v2/models/fake");
  assertEquals([model.name, model.versions, model.outputs[0].shape], ["fake", ["1"], [-1, 3]]);
});
