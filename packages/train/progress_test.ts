import { assert, assertEquals, assertThrows } from "@std/assert";
import { trainLinearBaseline } from "./mod.ts";

const texts = Array.from({ length: 60 }, (_, i) => `text ${i} about topic ${i % 3}`);
const targets = texts.map((_, i) => i % 3);

for (const naiveBayes of [false, true]) {
  const options = { problemType: "single_label_classification", classes: 3, naiveBayes } as const;

  Deno.test(`trainLinearBaseline() with naiveBayes ${naiveBayes} tells its progress without changing a bit`, () => {
    const shares: number[] = [];
    const told = trainLinearBaseline(texts, targets, {
      ...options,
      onProgress: (share) => shares.push(share),
    });
    const silent = trainLinearBaseline(texts, targets, options);
    assertEquals(told.table(), silent.table());
    assertEquals([shares[0], shares.at(-1)], [0, 1]);
    assert(shares.length > 1000, `${shares.length} calls`); // one a row and pass at least
    assert(
      Math.max(...shares.slice(1).map((share, i) => share - shares[i])) < 0.1,
      "a step of a tenth at once",
    );
    const predicted: number[] = [];
    told.predict(texts, (share) => predicted.push(share));
    assertEquals([predicted[0], predicted.at(-1)], [0, 1]);
  });

  Deno.test(`trainLinearBaseline() with naiveBayes ${naiveBayes} ends wherever its progress is refused`, () => {
    let calls = 0;
    trainLinearBaseline(texts, targets, { ...options, onProgress: () => calls++ });
    for (let end = 1; end <= calls; end += Math.ceil(calls / 8)) {
      let left = end;
      const onProgress = () => {
        if (--left === 0) throw new Error("stopped");
      };
      assertThrows(() => trainLinearBaseline(texts, targets, { ...options, onProgress }), Error, "stopped");
    }
  });
}
