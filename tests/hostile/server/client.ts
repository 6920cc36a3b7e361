/** Where a server listens. */
export interface Target {
  readonly hostname: string;
  readonly port: number;
}

/** How a client behaves after, or while, it sends. */
export type Manner = "reads" | "does not read" | "drips" | "half-closes";

/** All of them. */
export const MANNERS: readonly Manner[] = ["reads", "does not read", "drips", "half-closes"];

const DRIP_BYTES = 20_000;
const DRIP_MS = 50;

/** A request as it goes over the wire. */
export function requestBytes(path: string, body: string): Uint8Array {
  const bytes = new TextEncoder().encode(body);
  const head = `POST ${path} HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n` +
    `content-length: ${bytes.byteLength}\r\n\r\n`;
  return new Uint8Array([...new TextEncoder().encode(head), ...bytes]);
}

/** Sends a request in its manner until the attack is over; what the server does to the connection is its business. */
export async function misbehave(target: Target, request: Uint8Array, manner: Manner, over: AbortSignal) {
  let connection: Deno.TcpConn;
  try {
    connection = await Deno.connect(target);
  } catch {
    return;
  }
  const close = () => {
    try {
      connection.close();
    } catch { /* it is closed */ }
  };
  over.addEventListener("abort", close, { once: true });
  try {
    if (manner === "drips") await drip(connection, request, over);
    else await writeAll(connection, request);
    if (manner === "half-closes") await connection.closeWrite();
    if (manner === "does not read") await aborted(over);
    else await readReply(connection);
  } catch {
    /* cut off, or over */
  } finally {
    over.removeEventListener("abort", close);
    close();
  }
}

async function drip(connection: Deno.TcpConn, request: Uint8Array, over: AbortSignal): Promise<void> {
  for (let i = 0; i < request.length && !over.aborted; i += DRIP_BYTES) {
    await writeAll(connection, request.subarray(i, i + DRIP_BYTES));
    await new Promise((resolve) => setTimeout(resolve, DRIP_MS));
  }
}

async function writeAll(connection: Deno.TcpConn, bytes: Uint8Array): Promise<void> {
  for (let written = 0; written < bytes.length;) written += await connection.write(bytes.subarray(written));
}

/** Reads the head and as much as it says that follows. */
async function readReply(connection: Deno.TcpConn): Promise<void> {
  const buffer = new Uint8Array(2 ** 16);
  let head = "";
  let left = Infinity;
  while (left > 0) {
    const read = await connection.read(buffer);
    if (read === null) return;
    if (left < Infinity) {
      left -= read;
      continue;
    }
    head += new TextDecoder().decode(buffer.subarray(0, read));
    const end = head.indexOf("\r\n\r\n");
    if (end < 0) continue;
    left = Number(/content-length: (\d+)/i.exec(head)?.[1] ?? 0) - (head.length - end - 4);
  }
}

/** Resolves when the attack is over. */
export function aborted(over: AbortSignal): Promise<void> {
  if (over.aborted) return Promise.resolve();
  return new Promise((resolve) => over.addEventListener("abort", () => resolve(), { once: true }));
}
