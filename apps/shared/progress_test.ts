import { assertEquals } from "@std/assert";
import { Progress } from "./progress.ts";

/** A bar that writes to `written`, under a clock that the test sets. */
function bar(terminal: boolean, total = 100) {
  const written: string[] = [];
  const time = { ms: 0 };
  const write = (text: string) => void written.push(text);
  return {
    written,
    time,
    bar: new Progress({ label: "Epoch 1/3", total, terminal, write, now: () => time.ms }),
  };
}

Deno.test("Progress draws tqdm's line on a terminal", () => {
  const { written, time, bar: progress } = bar(true);
  time.ms = 3200;
  progress.update(42, { loss: 0.31, lr: "1.0e-4" });
  assertEquals(written, [
    "\r\x1b[KEpoch 1/3:  42%|████▏     | 42/100 [00:03<00:04, 13.1it/s, loss=0.31, lr=1.0e-4]",
  ]);
});

Deno.test("Progress redraws at most ten times a second, and always at the end", () => {
  const { written, time, bar: progress } = bar(true);
  for (let done = 1; done <= 100; done++) {
    time.ms += 10;
    progress.update(done);
  }
  assertEquals(written.length, 11);
  assertEquals(written.at(-1), "\r\x1b[KEpoch 1/3: 100%|██████████| 100/100 [00:01<00:00, 100it/s]\n");
});

Deno.test("Progress prints ten plain lines where there is no terminal", () => {
  const { written, time, bar: progress } = bar(false, 1000);
  for (let done = 1; done <= 1000; done++) {
    time.ms += 5000;
    progress.update(done, { loss: 1 });
  }
  assertEquals(written.length, 10);
  assertEquals(written[0], "Epoch 1/3:  10% 100/1000 [08:20<1:15:00, 5.00s/it, loss=1]\n");
  assertEquals(written.at(-1), "Epoch 1/3: 100% 1000/1000 [1:23:20<00:00, 5.00s/it, loss=1]\n");
});

Deno.test("Progress shows no rate before the first step", () => {
  const { written, bar: progress } = bar(true);
  progress.update(0);
  assertEquals(written, ["\r\x1b[KEpoch 1/3:   0%|          | 0/100 [00:00<?, ?it/s]"]);
});
