import { assertEquals, assertRejects } from "@std/assert";
import { StoredAnswers } from "./stored_answers.ts";

Deno.test("StoredAnswers gives back the same bits, and refuses what does not fit", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const numbers = Float32Array.of(0.1, -1e-40, 3e38, 0);
    const first = await StoredAnswers.of(folder);
    assertEquals(await first.get("a", 4, () => Promise.resolve(numbers)), numbers);
    const again = await StoredAnswers.of(folder);
    const known = await again.get("a", 4, () => Promise.reject(new Error("computed again")));
    assertEquals(new Uint32Array(known.buffer), new Uint32Array(numbers.buffer));
    await assertRejects(
      () => again.get("a", 5, () => Promise.reject()),
      RangeError,
      `Cannot go on from ${folder}/recipe_answers.json: "a" must be 5 numbers; remove the file to compute it again`,
    );
    await Deno.writeTextFile(`${folder}/recipe_answers.json`, "{");
    await assertRejects(() => StoredAnswers.of(folder), SyntaxError, "remove the file to compute it again");
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
