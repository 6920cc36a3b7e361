import { assertEquals, assertThrows } from "@std/assert";
import { Interrupted } from "./interrupt.ts";
import { interruptiblePhases } from "./phases.ts";

Deno.test("a phase ends at the call after Ctrl-C, also when nothing is shown", () => {
  const controller = new AbortController();
  const interrupt = {
    signal: controller.signal,
    get requested() {
      return controller.signal.aborted;
    },
    check: () => controller.signal.throwIfAborted(),
  };
  const onProgress = interruptiblePhases(interrupt, { quiet: true, progress: true })("Tokens");
  onProgress(0);
  onProgress(1);
  controller.abort(new Interrupted(130));
  assertThrows(() => onProgress(1), Interrupted);
  assertEquals(interrupt.requested, true);
});
