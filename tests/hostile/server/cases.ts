import { aborted, MANNERS, misbehave, requestBytes, type Target } from "./client.ts";

/** An attack: what it is, and how it goes on until it is over. */
export interface HostileCase {
  readonly name: string;
  run(target: Target, over: AbortSignal): Promise<void>;
}

const CLIENTS = 8;
const LARGEST = 2_000_000;

const filled = (before: string, after: string) => before + "!".repeat(LARGEST - 100) + after;
const texts = (n: number, characters: number) => Array(n).fill("!".repeat(characters));
const values = (value: string) => `[${`${value},`.repeat(69_000)}${value}]`;

/** Bodies that cost most on each route. */
const bodies: readonly (readonly [path: string, what: string, body: string])[] = [
  ["/", "2 MB of one text", filled('{"inputs":"', '"}')],
  ["/predict", "2 MB of one text", filled('{"inputs":"', '"}')],
  ["/invocations", "2 MB of one text", filled('{"inputs":"', '"}')],
  ["/models/desk", "2 MB of one text", filled('{"inputs":"', '"}')],
  ["/v1/classify", "2 MB of one text", filled('{"inputs":"', '"}')],
  ["/v1/explain", "2 MB of one text", filled('{"inputs":"', '"}')],
  ["/tokenize", "2 MB of one text", filled('{"inputs":"', '"}')],
  ["/decode", "65,536 ids", JSON.stringify({ ids: Array(65_536).fill(9) })],
  [
    "/v2/models/desk/infer",
    "2 MB of one text",
    filled('{"inputs":[{"name":"text","shape":[1],"datatype":"BYTES","data":["', '"]}]}'),
  ],
];

/** Further bodies, each sent as an honest client would. */
const costly: typeof bodies = [
  ["/v1/classify", "32 texts of 62 kB", JSON.stringify({ inputs: texts(32, 62_000) })],
  [
    "/predict",
    "32 texts of 62 kB, cut on the left",
    JSON.stringify({
      inputs: texts(32, 62_000).map((text) => [text]),
      truncation_direction: "left",
    }),
  ],
  [
    "/predict",
    "16 pairs of 62 kB",
    JSON.stringify({ inputs: texts(16, 62_000).map((text) => [text, text]) }),
  ],
  ["/tokenize", "32 texts, 64 kB in all", JSON.stringify({ inputs: texts(32, 2040) })],
  ["/predict", "69,000 wrong values", `{"inputs":[${values("[]")}]}`],
  ["/v2/models/desk/infer", "69,000 wrong sizes", `{"inputs":[{"name":"text","shape":${values('"a"')}}]}`],
  ["/predict", "660,000 escapes", `{"inputs":"${'\\\\\\"'.repeat(499_000)}"}`],
];

/** Keeps `CLIENTS` clients at it. */
function repeat(request: Uint8Array, manner: (typeof MANNERS)[number]): HostileCase["run"] {
  return async (target, over) => {
    await Promise.all(Array.from({ length: CLIENTS }, async () => {
      while (!over.aborted) {
        await misbehave(target, request, manner, over);
        await new Promise((resolve) => setTimeout(resolve)); // whatever happens, others get a turn
      }
    }));
  };
}

/** Opens connections, each with a few bytes, and leaves them alone. */
function flood(connections: number, text: string): HostileCase["run"] {
  return async (target, over) => {
    const opened: Deno.Conn[] = [];
    for (let i = 0; i < connections && !over.aborted; i++) {
      try {
        const connection = await Deno.connect(target);
        opened.push(connection);
        await connection.write(new TextEncoder().encode(text));
      } catch { /* refused, or closed for the next */ }
    }
    await aborted(over);
    for (const connection of opened) connection.close();
  };
}

/** All attacks. */
export const hostileCases: readonly HostileCase[] = [
  ...bodies.flatMap(([path, what, body]) =>
    MANNERS.map((manner) => ({
      name: `${path}: ${what}; the client ${manner}`,
      run: repeat(requestBytes(path, body), manner),
    }))
  ),
  ...costly.map(([path, what, body]) => ({
    name: `${path}: ${what}`,
    run: repeat(requestBytes(path, body), "reads"),
  })),
  {
    name: "requests in one go",
    run: repeat(pipelined("GET /docs HTTP/1.1\r\nhost: localhost\r\n\r\n"), "does not read"),
  },
  { name: "10,000 connections that send nothing", run: flood(10_000, "") },
  { name: "3,000 connections with half a head", run: flood(3000, "POST /predict HTTP/1.1\r\nhost: lo") },
  {
    name: "3,000 connections with half a body",
    run: flood(
      3000,
      'POST /predict HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: 99\r\n\r\n{"in',
    ),
  },
];

function pipelined(request: string): Uint8Array {
  return new TextEncoder().encode(request.repeat(1000));
}
