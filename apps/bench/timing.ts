/** Wall times of repeated calls, and the memory they needed. */
export interface Timing {
  medianMs: number;
  minMs: number;
  /** Calls that were timed. */
  iters: number;
  /** Most memory in use after a call, warm-up excepted, in bytes of the whole process. */
  peakBytes: number;
}

/** Warm-up calls, fewer if one takes longer than `SLOW_MS`: engines compile what runs often. */
const WARM_UP = 2;
const SLOW_MS = 1500;
const LEAST_ITERS = 5;
const MOST_ITERS = 200;

/** Calls `fn` until the budget is spent, at least 5 and at most 200 times after the warm-up. */
export async function time(fn: () => Promise<void>, budgetMs: number): Promise<Timing> {
  for (let i = 0; i < WARM_UP && await elapsed(fn) < SLOW_MS;) i++;
  const times: number[] = [];
  let peakBytes = 0;
  const end = performance.now() + budgetMs;
  while (times.length < LEAST_ITERS || (times.length < MOST_ITERS && performance.now() < end)) {
    times.push(await elapsed(fn));
    peakBytes = Math.max(peakBytes, Deno.memoryUsage().rss);
  }
  times.sort((a, b) => a - b);
  const iters = times.length;
  return { medianMs: (times[(iters - 1) >> 1] + times[iters >> 1]) / 2, minMs: times[0], iters, peakBytes };
}

async function elapsed(fn: () => Promise<void>): Promise<number> {
  const start = performance.now();
  await fn();
  return performance.now() - start;
}
