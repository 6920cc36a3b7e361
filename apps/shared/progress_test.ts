import { assertEquals } from "@std/assert";
import { Screen } from "../../tests/support/screen.ts";
import { clearProgress, Progress } from "./progress.ts";

/** A bar that writes to `written`, under a clock and in a width that the test sets. */
function bar(terminal: boolean, total = 100, label = "Epoch 1/3") {
  const written: string[] = [];
  const time = { ms: 0 };
  const size = { columns: 90 };
  const write = (text: string) => void written.push(text);
  const columns = () => size.columns;
  return {
    written,
    time,
    size,
    bar: new Progress({ label, total, terminal, columns, write, now: () => time.ms }),
  };
}

Deno.test("Progress draws tqdm's line on a terminal", () => {
  const { written, time, bar: progress } = bar(true);
  time.ms = 3200;
  progress.update(42, { loss: 0.31, lr: "1.0e-4" });
  assertEquals(written, [
    "\r\x1b[KEpoch 1/3:  42%|████▏     | 42/100 [00:03<00:04, 13.1it/s, loss=0.31, lr=1.0e-4]\r",
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
  assertEquals(written, ["\r\x1b[KEpoch 1/3:   0%|          | 0/100 [00:00<?, ?it/s]\r"]);
});

Deno.test("Progress fits any terminal: a shorter bar, then fewer fields, then fewer letters", () => {
  const { written, time, size, bar: progress } = bar(true);
  const drawnIn = (columns: number) => {
    size.columns = columns;
    time.ms += 1000;
    progress.update(42, { loss: "0.3100", lr: "1.0e-4" });
    return written.at(-1)!.slice("\r\x1b[K".length).trimEnd();
  };
  assertEquals(
    drawnIn(90),
    "Epoch 1/3:  42%|████▏     | 42/100 [00:01<00:01, 42.0it/s, loss=0.3100, lr=1.0e-4]",
  );
  assertEquals(drawnIn(80), "Epoch 1/3:  42%|██   | 42/100 [00:02<00:02, 21.0it/s, loss=0.3100, lr=1.0e-4]");
  assertEquals(drawnIn(72), "Epoch 1/3:  42%|████▏     | 42/100 [00:03<00:04, 14.0it/s, loss=0.3100]");
  assertEquals(drawnIn(60), "Epoch 1/3:  42%|████▏     | 42/100 [00:04<00:05, 10.5it/s]");
  assertEquals(drawnIn(30), "Epoch 1/3:  42%|██   | 42/10…");
});

Deno.test("Progress leaves one row on a terminal of any width, whatever its label", () => {
  for (let columns = 20; columns <= 120; columns += 4) {
    for (const label of ["Epoch 19/20", "downloading sentence-transformers/all-MiniLM-L6-v2", "請求書"]) {
      const { written, time, size, bar: progress } = bar(true, 12345, label);
      size.columns = columns;
      for (let done = 0; done <= 12345; done += 823) {
        time.ms += 700;
        progress.update(done, { loss: "1.2345", lr: "1.0e-4" });
      }
      const screen = new Screen(columns);
      screen.write(written.join(""));
      assertEquals([screen.rows.length, screen.brokenLines], [2, []], `${columns} columns`);
    }
  }
});

Deno.test("Progress takes what a narrower terminal made of the bar: all of it lies behind the cursor", () => {
  const { written, time, size, bar: progress } = bar(true);
  progress.update(1, { loss: "0.3100" });
  size.columns = 40;
  time.ms += 1000;
  progress.update(2, { loss: "0.3100" });
  time.ms += 1000;
  progress.update(3, { loss: "0.3100" });
  assertEquals(written.map((text) => text.slice(0, 4)), ["\r\x1b[K", "\r\x1b[J", "\r\x1b[K"]);
  assertEquals(written.every((text) => text.endsWith("\r")), true);
});

Deno.test("clearProgress() takes away a bar that is not full, once", () => {
  const { written, bar: progress } = bar(true);
  progress.update(42);
  clearProgress();
  clearProgress();
  assertEquals(written.slice(1), ["\r\x1b[J"]);
  const screen = new Screen(80);
  screen.write(written.join("") + "Cannot go on");
  assertEquals(screen.rows, ["Cannot go on"]);
});
