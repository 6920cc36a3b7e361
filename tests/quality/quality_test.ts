import { assertAlmostEquals, assertEquals, assertRejects } from "@std/assert";
import { UsageError } from "@taxon/app-shared";
import { checkBounds, isMet } from "./bounds.ts";
import { cachedCell, type Cell, computeCell } from "./cells.ts";
import { Peers } from "./peers.ts";
import { overSeeds } from "./results.ts";
import { drawSet, drawTraining } from "./sets.ts";
import { processorSeconds } from "./taxon.ts";
import { inScratch } from "../support/scratch.ts";

Deno.test("drawTraining() takes as many rows of each class, all of a small one, and more labels keep the fewer", () => {
  const rows = Array.from({ length: 50 }, (_, i) => ({ text: `text ${i}`, label: i < 10 ? "few" : "many" }));
  const drawn = drawTraining(rows, "16", 1);
  const counts = (label: string) => drawn.filter((row) => row.label === label).length;
  assertEquals([counts("few"), counts("many")], [10, 16]);
  const textsOf = (size: "8" | "16", seed: number) =>
    drawTraining(rows, size, seed).map(({ text }) => text).sort();
  assertEquals(textsOf("8", 1).filter((text) => !textsOf("16", 1).includes(text)), []);
  assertEquals(textsOf("8", 1).length === 16 && textsOf("8", 1).join() !== textsOf("8", 2).join(), true);
  assertEquals(drawTraining(rows, "all", 3), rows);
});

Deno.test("drawSet() writes the rows that a system gets, and names them by their content", async () => {
  await inScratch(async (folder) => {
    const [one, again, other] = await Promise.all(
      [1, 1, 2].map((seed) => drawSet("embedded", "8", seed, { data: undefined, folder })),
    );
    assertEquals(one, again);
    assertEquals([one.labels.length, one.rows, one.truth.length], [8, 64, 320]);
    assertEquals(one.hash === other.hash, false);
    const lines = (await Deno.readTextFile(one.train)).trimEnd().split("\n").map((line) => JSON.parse(line));
    assertEquals([lines.length, Object.keys(lines[0])], [64, ["text", "label"]]);
  });
});

Deno.test("a system's regret is what the best one of the same cell has more, and bounds tell missed from missing", () => {
  const cell = (system: string, set: "trec" | "sst2", seed: number, accuracy: number): Cell => ({
    ...{ system, version: "1", set, size: "8", seed, data: "", trainRows: 48, testRows: 500, accuracy },
    ...{ macroF1: accuracy, ece: 0.08, logLoss: 1 - accuracy, seconds: 10, details: {} },
  });
  const results = overSeeds([
    ...[cell("taxon-from", "trec", 1, 0.7), cell("taxon-from", "trec", 2, 0.8)],
    ...[cell("tfidf", "trec", 1, 0.5), cell("tfidf", "trec", 2, 0.3), cell("tfidf", "sst2", 1, 0.625)],
    ...[cell("taxon-from", "sst2", 1, 0.5)],
  ]);
  assertEquals(
    results.map(({ system, set, seeds, regret }) => [system, set, seeds, Number(regret.toFixed(6))]),
    [
      ...[["taxon-from", "trec", 2, 0], ["tfidf", "trec", 2, 0.35]],
      ...[["tfidf", "sst2", 1, 0], ["taxon-from", "sst2", 1, 0.125]],
    ],
  );

  const bounds = new Map(checkBounds(results).map((bound) => [bound.name, bound]));
  const state = (name: string) => {
    const bound = bounds.get(name)!;
    return [bound.value && Number(bound.value.toFixed(6)), isMet(bound)];
  };
  assertEquals(state("accuracy, taxon-from less tfidf"), [0.1125, true]); // (0.35 − 0.125) / 2
  assertEquals(state("log loss, taxon-from less tfidf"), [-0.1125, true]);
  assertEquals(state("accuracy, taxon-from less frozen"), [undefined, false]);
  assertEquals(state("mean regret, taxon-from"), [0.0625, false]);
  assertEquals(state("regret in each cell, taxon-from"), [0.125, false]);
  assertEquals(bounds.get("regret in each cell, taxon-from")!.place, "sst2 8");
  assertEquals(state("accuracy, trec 8, taxon-from"), [0.75, true]);
  assertEquals(state("mean ECE, taxon-from"), [0.08, true]);
});

Deno.test("processorSeconds() adds what a shell's commands took, the system's part with it", () => {
  assertEquals(processorSeconds("0m0.00s 0m0.01s\n1m1.50s 0m0.25s\n"), 61.75);
});

Deno.test("a cell is measured once, and again for another version or other rows", async () => {
  await inScratch(async (cache) => {
    const set = await drawSet("embedded", "8", 1, { data: undefined, folder: `${cache}/data` });
    const ids = set.truth.map((label) => set.labels.indexOf(label));
    // Right for every second row, and sure of it by a half
    const answers = ids.map((id, row) => set.labels.map((_, k) => k === (id + row % 2) % 8 ? 0.5 : 0.5 / 7));
    const system = {
      name: "half",
      version: "1",
      answer: () => Promise.resolve({ probabilities: answers, seconds: 3, details: { steps: 1 } }),
    };
    assertEquals(await cachedCell(cache, system, set), undefined);
    const cell = await computeCell(cache, system, set);
    assertEquals([cell.accuracy, cell.trainRows, cell.testRows, cell.seconds], [0.5, 64, 320, 3]);
    assertAlmostEquals(cell.ece, 0, 1e-12);
    assertAlmostEquals(cell.logLoss, -(Math.log(0.5) + Math.log(0.5 / 7)) / 2, 1e-12);
    assertEquals(await cachedCell(cache, system, set), cell);
    assertEquals(await cachedCell(cache, { ...system, version: "2" }, set), undefined);
    assertEquals(await cachedCell(cache, system, { ...set, hash: "other" }), undefined);
    const short = {
      ...system,
      answer: async () => ({ ...await system.answer(), probabilities: answers.slice(1) }),
    };
    await assertRejects(() => computeCell(cache, short, set), RangeError, "expected 320 rows of 8 numbers");
  });
});

Deno.test("Peers answers jobs from one process, and says when that ends", async () => {
  await inScratch(async (folder) => {
    const script = `${folder}/peers.ts`; // two answers, then the end
    await Deno.writeTextFile(
      script,
      `let n = 0;
      for await (const _ of Deno.stdin.readable) {
        if (++n > 2) Deno.exit(3);
        console.log(JSON.stringify({ probabilities: [[1, 0]], seconds: 2, details: "job " + n }));
      }`,
    );
    await using peers = new Peers(Deno.execPath(), undefined, ["run", "--quiet", "--no-config", script]);
    const job = { system: "tfidf", train: "a", test: "b", labels: ["x", "y"], seed: 1 };
    assertEquals([(await peers.answer(job)).details, (await peers.answer(job)).details], ["job 1", "job 2"]);
    await assertRejects(() => peers.answer(job), Error, "Cannot get an answer of tfidf");
    assertEquals((await peers.answer(job)).details, "job 1"); // started again
  });
  await using nowhere = new Peers("/nowhere/python");
  const job = { system: "tfidf", train: "a", test: "b", labels: ["x", "y"], seed: 1 };
  await assertRejects(
    () => nowhere.answer(job),
    UsageError,
    "Cannot start the Python of TAXON_PYTHON, /nowhere/python",
  );
});
