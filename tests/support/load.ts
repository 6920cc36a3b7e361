/** What a load on a server left behind. */
export interface LoadResult {
  requests: number;
  /** Replies that were not 200. */
  refused: number;
  /** Buffers and bytes that the model held after the first and after the last request. */
  first: { buffers: number; bytes: number };
  last: { buffers: number; bytes: number };
}

/** Sends texts of mixed lengths, `parallel` at a time, and reads the model's memory at the start and at the end. */
export async function putUnderLoad(url: string, requests: number, parallel = 16): Promise<LoadResult> {
  await classify(url, 0);
  const first = await memoryOf(url);
  let sent = 1;
  let refused = 0;
  await Promise.all(Array.from({ length: parallel }, async () => {
    while (sent < requests) if (!await classify(url, sent++)) refused++;
  }));
  await classify(url, 0); // alone, as at the start
  return { requests, refused, first, last: await memoryOf(url) };
}

async function classify(url: string, number: number): Promise<boolean> {
  const inputs = "the invoice is wrong again, please look at it ".repeat(number % 17);
  const response = await fetch(`${url}/v1/classify`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ inputs }),
  });
  await response.body?.cancel();
  return response.status === 200;
}

async function memoryOf(url: string): Promise<{ buffers: number; bytes: number }> {
  const text = await (await fetch(`${url}/metrics`)).text();
  const read = (name: string) =>
    Number(new RegExp(`^taxon_live_${name}\\{.*\\} (\\d+)$`, "m").exec(text)?.[1]);
  return { buffers: read("buffers"), bytes: read("bytes") };
}
