import { assertEquals } from "@std/assert";
import { computeOften, nativeTest } from "./test_support.ts";

/** Runs the worker and gives what it sends. */
async function inWorker(): Promise<string[]> {
  const worker = new Worker(new URL("./workers_test_worker.ts", import.meta.url), { type: "module" });
  try {
    return await new Promise((resolve, reject) => {
      worker.onmessage = ({ data }) => resolve(data);
      worker.onerror = (event) => reject(new Error(event.message));
    });
  } finally {
    worker.terminate();
  }
}

nativeTest("workers of one process use the library at once, each with buffers of its own", async () => {
  const expected = await computeOften(1);
  const [first, second, mine] = await Promise.all([inWorker(), inWorker(), computeOften(100)]);
  for (const results of [first, second, mine]) assertEquals(results, expected);
});
