import { assert, assertEquals } from "@std/assert";
import { keyFromSeed } from "@taxon/tensor";
import { maskedCount, maskTokens } from "./mod.ts";

const masking = { maskId: 4, vocabSize: 1000 };
const key = keyFromSeed(3);
const text = (length: number) => ({
  ids: Array.from({ length }, (_, i) => 10 + i),
  ordinary: Array.from({ length: length - 2 }, (_, i) => i + 1),
});

Deno.test("maskedCount() is 15 % of the ordinary tokens, at least one", () => {
  assertEquals([3, 12, 22, 42, 102].map((length) => maskedCount(text(length))), [1, 2, 3, 6, 15]);
});

Deno.test("maskTokens() hides ordinary tokens only, keeps all others, and says what stood there", () => {
  const whole = text(102);
  const { ids, places, answers } = maskTokens(whole, masking, key, 7);
  assertEquals(new Set(places).size, 15);
  assert(places.every((place) => place > 0 && place < 101));
  assertEquals(answers, places.map((place) => whole.ids[place]));
  assertEquals(
    whole.ids.filter((id, place) => ids[place] !== id && !places.includes(place)),
    [],
  );
});

Deno.test("of ten hidden tokens eight become [MASK], one any token, and one stays", () => {
  const whole = text(1002);
  let [masked, kept, other, drawn] = [0, 0, 0, new Set<number>()];
  for (let row = 0; row < 100; row++) {
    const { ids, places, answers } = maskTokens(whole, { ...masking, vocabSize: 1e6 }, key, row);
    places.forEach((place, i) => {
      if (ids[place] === 4) masked++;
      else if (ids[place] === answers[i]) kept++;
      else {
        other++;
        drawn = drawn.add(ids[place]);
      }
    });
  }
  const count = 100 * 150;
  const near = (got: number, share: number) => { // five standard errors
    return Math.abs(got - share * count) < 5 * Math.sqrt(count * share * (1 - share));
  };
  assert(near(masked, 0.8) && near(kept, 0.1) && near(other, 0.1), `${[masked, kept, other]} of ${count}`);
  assert(drawn.size > 0.99 * other && Math.max(...drawn) < 1e6 && Math.max(...drawn) > 9e5);
});

Deno.test("each place is hidden as often as any other, and rows and keys draw anew", () => {
  const whole = text(22);
  const hits = new Array(22).fill(0);
  for (let row = 0; row < 2000; row++) {
    for (const place of maskTokens(whole, masking, key, row).places) hits[place]++;
  }
  const deviation = Math.sqrt(2000 * 0.15 * 0.85);
  assertEquals(
    hits.map((hit, place) => place > 0 && place < 21 ? Math.abs(hit - 300) < 5 * deviation : hit === 0)
      .filter((fine) => !fine),
    [],
  );
  const one = maskTokens(whole, masking, key, 1);
  assertEquals(maskTokens(whole, masking, key, 1), one);
  assert(String(maskTokens(whole, masking, key, 2).places) !== String(one.places));
  assert(String(maskTokens(whole, masking, keyFromSeed(4), 1).places) !== String(one.places));
});
