/**
 * A thread that asks for `/health` again and again on new connections, so that what the attack costs the client does not
 * count as the server's. Told "start" and "stop"; answers with the milliseconds of each.
 */
const port = self as unknown as Worker; // checked as a window's script, run as a worker's: both ends look alike
const PAUSE_MS = 20;
let stopped = false;

port.onmessage = async ({ data }: MessageEvent<{ target: { hostname: string; port: number } } | "stop">) => {
  if (data === "stop") return void (stopped = true);
  stopped = false;
  const times: number[] = [];
  while (!stopped) {
    const start = performance.now();
    times.push(await answered(data.target) ? performance.now() - start : Infinity);
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
  port.postMessage(times);
};

async function answered(target: { hostname: string; port: number }): Promise<boolean> {
  try {
    using connection = await Deno.connect(target);
    await connection.write(new TextEncoder().encode("GET /health HTTP/1.1\r\nhost: localhost\r\n\r\n"));
    const buffer = new Uint8Array(1000);
    const read = await connection.read(buffer);
    return new TextDecoder().decode(buffer.subarray(0, read ?? 0)).startsWith("HTTP/1.1 200");
  } catch {
    return false;
  }
}
