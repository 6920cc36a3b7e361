import { assertMatch } from "@std/assert";
import { TestProgress } from "./test_progress.ts";

Deno.test("TestProgress counts tests and files that have ended, whatever else tests print between them", () => {
  const progress = new TestProgress();
  assertMatch(progress.line(), /^0\.\d min: 0 tests of 0 files have ended, the last of them nothing yet$/);
  progress.read("\x1b[38;5;245m./a_test.ts => \x1b[0mone => two ... \x1b[32mok\x1b[0m (3ms)\n------- outp");
  progress.read(
    "ut -------\n./b_test.ts => slow ...----- output end -----\n./b_test.ts => slow ... FAILED (1s)\n",
  );
  progress.read("./b_test.ts => never ... ignored (0ms)\n./c_test.ts => not whole ... ok");
  assertMatch(
    progress.line(),
    /^0\.\d min: 3 tests of 2 files have ended, the last of them \.\/b_test\.ts: never$/,
  );
});
