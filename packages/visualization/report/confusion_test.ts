import { assert, assertEquals, assertMatch } from "@std/assert";
import { confusionSection } from "./confusion.ts";

Deno.test("confusionSection() shows every count, and the errors with their share of the label", () => {
  const { source } = confusionSection({ labels: ["ham", "spam"], counts: [[6, 2], [0, 3]] });
  const cells = [...source.matchAll(/<td class="(right|wrong)"[^>]*>(\d+)<|<td>(0)</g)];
  assertEquals(cells.map(([, kind = "none", count = "0"]) => [kind, count]), [
    ["right", "6"],
    ["wrong", "2"],
    ["none", "0"],
    ["right", "3"],
  ]);
  assertMatch(
    source,
    /ham<\/th><td class="text">spam<\/td><td class="figure">2<\/td><td class="figure">25\.0 %</,
  );
});

Deno.test("confusionSection() of many labels shows those with the most errors, and says so", () => {
  const labels = Array.from({ length: 60 }, (_, id) => `label${id}`);
  const counts = labels.map((_, row) => labels.map((_, column): number => row === column ? 5 : 0));
  counts[59][58] = 4;
  const { source } = confusionSection({ labels, counts });
  assert(source.includes("The 40 of 60 labels with the most errors"));
  assert(source.includes(">label59<") && source.includes(">label58<") && !source.includes(">label57<"));
});

Deno.test("confusionSection() of a perfect model lists no confusions", () => {
  const { source } = confusionSection({ labels: ["a", "b"], counts: [[1, 0], [0, 1]] });
  assert(source.includes("No text was taken for another label."));
});
