import { assertEquals } from "@std/assert";
import { JobQueue, type Sized } from "./job_queue.ts";

const sizes = (jobs: readonly Sized[]) => jobs.map(({ size }) => size);

Deno.test("JobQueue takes light jobs together, and one heavy job between them", () => {
  const queue = new JobQueue<Sized>();
  for (const size of [50_000, 1, 60_000, 2]) queue.add({ size });
  assertEquals(sizes(queue.take()), [1, 2]);
  queue.add({ size: 3 });
  assertEquals(sizes(queue.take()), [50_000]);
  assertEquals(sizes(queue.take()), [3]);
  assertEquals(sizes(queue.take()), [60_000]);
  assertEquals([queue.length, queue.take()], [0, []]);
});

Deno.test("JobQueue takes no more light jobs at once than are soon done, and at least one", () => {
  const queue = new JobQueue<Sized>();
  for (let i = 0; i < 40; i++) queue.add({ size: 4000 });
  assertEquals([queue.take().length, queue.take().length, queue.take().length], [16, 16, 8]);
});

Deno.test("JobQueue gives back the jobs whose client has gone", () => {
  const queue = new JobQueue<Sized>();
  const gone = AbortSignal.abort();
  for (
    const job of [{ size: 1, signal: gone }, { size: 2 }, { size: 9999, signal: gone }, { size: 10_000 }]
  ) {
    queue.add(job);
  }
  assertEquals(sizes(queue.takeUnwanted()), [1, 9999]);
  assertEquals(sizes(queue.take()), [2]);
  assertEquals(sizes(queue.take()), [10_000]);
});
