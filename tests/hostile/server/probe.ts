/**
 * A thread that asks for `/health` on a new connection every few milliseconds, whether or not earlier ones are answered:
 * so a wait of the server counts for all who would have come meanwhile. In a thread of its own, so that what the attack
 * costs the client does not count as the server's. Told whom to ask, and "stop"; answers with the milliseconds of each.
 */
const port = self as unknown as Worker; // checked as a window's script, run as a worker's: both ends look alike
const EVERY_MS = 10;

const asked: Promise<number>[] = [];
let timer: ReturnType<typeof setInterval>;

port.onmessage = async ({ data }: MessageEvent<{ target: { hostname: string; port: number } } | "stop">) => {
  if (data !== "stop") {
    timer = setInterval(() => asked.push(millisecondsToAnswer(data.target)), EVERY_MS);
    return;
  }
  clearInterval(timer);
  port.postMessage(await Promise.all(asked));
};

async function millisecondsToAnswer(target: { hostname: string; port: number }): Promise<number> {
  const start = performance.now();
  try {
    using connection = await Deno.connect(target);
    await connection.write(new TextEncoder().encode("GET /health HTTP/1.1\r\nhost: localhost\r\n\r\n"));
    const buffer = new Uint8Array(1000);
    const read = await connection.read(buffer);
    const answer = new TextDecoder().decode(buffer.subarray(0, read ?? 0));
    return answer.startsWith("HTTP/1.1 200") ? performance.now() - start : Infinity;
  } catch {
    return Infinity;
  }
}
