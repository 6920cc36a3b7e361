import { assert, assertEquals } from "@std/assert";
import { GUARD_LIMITS, GuardedServer, type GuardLimits } from "./guarded_server.ts";

/** No test depends on how fast it runs, unless it is about a time limit. */
const UNTIMED = {
  headersTimeoutMs: 1e9,
  requestTimeoutMs: 1e9,
  keepAliveTimeoutMs: 1e9,
  replyTimeoutMs: 1e9,
};

/** A guarded server whose `/large` answers 40 MB, more than pipes hold, and which answers `/wait` when told. */
async function start(limits: Partial<GuardLimits> = {}) {
  const gate = Promise.withResolvers<void>();
  const asked: string[] = [];
  const aborted: string[] = [];
  const server = new GuardedServer(async (request) => {
    const { pathname } = new URL(request.url);
    asked.push(pathname);
    request.signal.addEventListener("abort", () => aborted.push(pathname));
    if (pathname === "/wait") await gate.promise;
    if (pathname === "/large") return new Response(new Uint8Array(40e6));
    return new Response(request.body && await request.text());
  }, { ...GUARD_LIMITS, ...UNTIMED, ...limits });
  const port = await server.listen("127.0.0.1", 0);
  return {
    server,
    asked,
    aborted,
    open: gate.resolve,
    connect: async (text = "") => {
      const connection = await Deno.connect({ hostname: "127.0.0.1", port });
      await connection.write(new TextEncoder().encode(text));
      return connection;
    },
    [Symbol.dispose]: () => server.stopListening(),
  };
}

const get = (path: string) => `GET ${path} HTTP/1.1\r\nhost: localhost\r\n\r\n`;

/** All that comes until the other side closes. */
async function readToEnd(connection: Deno.Conn): Promise<string> {
  try {
    return await new Response(connection.readable).text();
  } catch (error) {
    return `(${(error as Error).name})`; // reset
  }
}

async function status(connection: Deno.Conn): Promise<string> {
  const buffer = new Uint8Array(1000);
  const read = await connection.read(buffer);
  return new TextDecoder().decode(buffer.subarray(0, read ?? 0)).split("\r\n")[0];
}

const until = async (condition: () => boolean) => {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 5));
};

Deno.test("a guarded server answers bodies in pieces, and does not begin before a small one is there", async () => {
  using guard = await start();
  for (const [body, begunBefore] of [["the whole of it", false], ["x".repeat(5000), true]] as const) {
    guard.asked.length = 0;
    using connection = await guard.connect(
      `POST /echo HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\ncontent-length: ${body.length}\r\n\r\n`,
    );
    for (let i = 0; i < 3; i++) {
      await connection.write(new TextEncoder().encode(body.slice(i * 5, i < 2 ? i * 5 + 5 : undefined)));
      if (i === 2) break;
      using other = await guard.connect(get("/other")); // when it is answered, the piece was read
      await status(other);
    }
    const reply = await readToEnd(connection);
    assertEquals(reply.slice(reply.indexOf("\r\n\r\n") + 4), body);
    assertEquals(guard.asked.indexOf("/echo") < 2, begunBefore);
  }
});

Deno.test("at the cap the connection without work for longest gives way, one at work does not", async () => {
  using guard = await start({ maxConnections: 3 });
  using working = await guard.connect(get("/wait"));
  await until(() => guard.asked.length === 1);
  const idle = await guard.connect();
  const half = await guard.connect("GET / HT");
  await until(() => guard.server.connections.open === 3);
  using health = await guard.connect(get("/health"));
  assertEquals(await status(health), "HTTP/1.1 200 OK");
  assertEquals(await readToEnd(idle), "");
  using again = await guard.connect(get("/health"));
  assertEquals(await status(again), "HTTP/1.1 200 OK");
  assertEquals(await readToEnd(half), "");
  guard.open();
  assertEquals(await status(working), "HTTP/1.1 200 OK");
  assertEquals(guard.server.connections.closedForRoom, 2);
});

Deno.test("a newcomer is closed where all connections are at work", async () => {
  using guard = await start({ maxConnections: 1 });
  using working = await guard.connect(get("/wait"));
  await until(() => guard.asked.length === 1);
  assertEquals(await readToEnd(await guard.connect(get("/health"))), "");
  guard.open();
  assertEquals(await status(working), "HTTP/1.1 200 OK");
});

Deno.test("connections that send nothing, half a head, or half a body are closed after a time", async () => {
  using guard = await start({ headersTimeoutMs: 50, requestTimeoutMs: 50 });
  const stalled = [
    "",
    "GET / HTTP/1.1\r\nhost:",
    "POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 9\r\n\r\nabc",
  ];
  for (const text of stalled) await readToEnd(await guard.connect(text)); // ends
  await until(() => guard.server.connections.open === 0);
});

Deno.test("an idle connection is closed after the time between two requests", async () => {
  using guard = await start({ keepAliveTimeoutMs: 50 });
  const reply = await readToEnd(await guard.connect(get("/")));
  assert(reply.startsWith("HTTP/1.1 200 OK"));
});

Deno.test("a reply that is not read is cut off after a time", async () => {
  using guard = await start({ replyTimeoutMs: 100 });
  using _reader = await guard.connect(get("/large"));
  await until(() => guard.server.replies.cut === 1);
  assertEquals(guard.server.replies.bytes, 0);
  await until(() => guard.server.connections.open === 0);
});

Deno.test("a client that leaves before its reply is there aborts the request", async () => {
  using guard = await start();
  const leaving = await guard.connect(get("/wait"));
  await until(() => guard.asked.length === 1);
  leaving.close();
  await until(() => guard.aborted.length === 1);
  guard.open();
});

Deno.test("the oldest unread reply is cut off where all of them hold too much", async () => {
  using guard = await start({ maxUnreadBytes: 100e6 });
  const first = await guard.connect(get("/large"));
  await until(() => guard.server.replies.bytes === 40e6);
  using _second = await guard.connect(get("/large"));
  await until(() => guard.server.replies.bytes === 80e6);
  using third = await guard.connect(get("/large"));
  assertEquals(await status(third), "HTTP/1.1 200 OK");
  assertEquals([guard.server.replies.cut, guard.server.replies.bytes], [1, 80e6]);
  assert((await readToEnd(first)).length < 40e6);
});

Deno.test("requests in one go are answered one after the other, and too many of them end the connection", async () => {
  using guard = await start();
  const some = await guard.connect(get("/wait") + get("/b"));
  await until(() => guard.asked.length === 1);
  assertEquals(guard.asked, ["/wait"]);
  guard.open();
  await until(() => guard.asked.length === 2);
  some.close();
  using other = await start();
  await readToEnd(await other.connect(get("/wait").repeat(100)));
  assertEquals(other.asked, ["/wait"]);
  other.open();
});

Deno.test("a target that is no path, and a host that is none, are refused", async () => {
  using guard = await start();
  for (
    const head of [
      "GET http://evil.example/ HTTP/1.1\r\nhost: a",
      "GET / HTTP/1.1\r\nhost: a/b",
      "GET / HTTP/1.1\r\nhost: u@a",
    ]
  ) {
    using connection = await guard.connect(`${head}\r\n\r\n`);
    assertEquals(await status(connection), "HTTP/1.1 400 Bad Request", head);
  }
  assertEquals(guard.asked, []);
});
