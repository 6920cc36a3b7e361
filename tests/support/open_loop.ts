/** How a server answered requests that came at a rate, whether it kept up or not. */
export interface OpenLoopResult {
  readonly sent: number;
  /** Share that was answered 429. */
  readonly refused: number;
  /** Replies that were neither 200 nor 429, or none at all. */
  readonly failed: number;
  /** Milliseconds of the accepted. */
  readonly p50: number;
  readonly p99: number;
  /** Milliseconds of `/health` meanwhile. */
  readonly healthP99: number;
}

const HEALTH_PAUSE_MS = 100;

/** Sends requests at a rate for some seconds, waiting for none of them before the next. */
export async function sendAtRate(url: string, perSecond: number, seconds: number): Promise<OpenLoopResult> {
  const accepted: number[] = [];
  const health: number[] = [];
  const waiting = new Set<Promise<void>>();
  let [sent, refused, failed] = [0, 0, 0];
  const ask = async () => {
    const start = performance.now();
    const status = await classify(url, sent++);
    if (status === 200) accepted.push(performance.now() - start);
    else if (status === 429) refused++;
    else failed++;
  };
  const start = performance.now();
  const end = start + 1000 * seconds;
  const watching = (async () => {
    while (performance.now() < end) {
      const asked = performance.now();
      await (await fetch(`${url}/health`)).body?.cancel();
      health.push(performance.now() - asked);
      await new Promise((resolve) => setTimeout(resolve, HEALTH_PAUSE_MS));
    }
  })();
  while (performance.now() < end) {
    const due = Math.ceil((performance.now() - start) / 1000 * perSecond);
    while (sent < due) {
      const asking: Promise<void> = ask().finally(() => waiting.delete(asking));
      waiting.add(asking);
    }
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  await Promise.all([watching, ...waiting]);
  const [p50, p99] = [0.5, 0.99].map((share) => percentile(accepted, share));
  return { sent, refused: refused / sent, failed, p50, p99, healthP99: percentile(health, 0.99) };
}

/** Requests a second that a server answers when 32 clients ask as fast as they are answered. */
export async function capacityOf(url: string, seconds: number): Promise<number> {
  const end = performance.now() + 1000 * seconds;
  let answered = 0;
  await Promise.all(Array.from({ length: 32 }, async () => {
    while (performance.now() < end) if (await classify(url, answered) === 200) answered++;
  }));
  return answered / seconds;
}

async function classify(url: string, number: number): Promise<number> {
  try {
    const response = await fetch(`${url}/v1/classify`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ inputs: "the invoice is wrong again, please look at it ".repeat(number % 7) }),
    });
    await response.body?.cancel();
    return response.status;
  } catch {
    return 0;
  }
}

function percentile(values: number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return Math.round(10 * (sorted[Math.ceil(share * sorted.length) - 1] ?? NaN)) / 10;
}
