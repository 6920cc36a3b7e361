import { assertEquals } from "@std/assert";
import { editDistance, suggest } from "./suggest.ts";

Deno.test("editDistance() agrees with textbook values", () => {
  assertEquals(editDistance("kitten", "sitting"), 3);
  assertEquals(editDistance("saturday", "sunday"), 3);
  assertEquals(editDistance("trian", "train"), 1); // one swap
  assertEquals(editDistance("ca", "abc"), 3); // 2 without the rule that no part is edited twice
  assertEquals(editDistance("", "abc"), 3);
  assertEquals(editDistance("abc", ""), 3);
});

Deno.test("suggest() names a near word and stays silent otherwise", () => {
  const words = ["train", "threads", "batch-size"];
  assertEquals(suggest("trian", words), "train");
  assertEquals(suggest("bachsize", words), "batch-size");
  assertEquals(suggest("port", words), undefined);
});
