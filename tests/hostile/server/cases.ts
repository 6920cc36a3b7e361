import { aborted, MANNERS, misbehave, requestBytes, type Target } from "./client.ts";

/** An attack: what it is, and how it goes on until it is over. */
export interface HostileCase {
  readonly name: string;
  run(target: Target, over: AbortSignal): Promise<void>;
}

const CLIENTS = 8;
const LARGEST = 2_000_000;

const quoted = (text: string) => JSON.stringify(text);
const many = (count: number, value: string) => Array<string>(count).fill(value);
const list = (values: readonly string[]) => `[${values.join()}]`;

/** A request for a route: its path, what is in it, and the JSON. */
type Body = readonly [path: string, what: string, json: string];

/** Routes that classify, and how they take texts, given as JSON. */
const routes: readonly (readonly [path: string, body: (texts: readonly string[]) => string])[] = [
  ...["/", "/models/desk", "/v1/classify"].map((path) =>
    [path, (texts: readonly string[]) => `{"inputs":${list(texts)}}`] as const
  ),
  ...["/predict", "/invocations"].map((path) =>
    [path, (texts: readonly string[]) => `{"inputs":${list(texts.map((text) => list([text])))}}`] as const
  ),
  [
    "/v2/models/desk/infer",
    (texts) =>
      `{"inputs":[{"name":"text","shape":[${texts.length}],"datatype":"BYTES","data":${list(texts)}}]}`,
  ],
];

const LARGEST_TEXT = [quoted("!".repeat(LARGEST - 100))];

/** Bodies that are largest, or whose replies are, sent in every manner. */
const bodies: readonly Body[] = [
  ...routes.map(([path, body]) => [path, "2 MB of one text", body(LARGEST_TEXT)] as const),
  ["/v1/explain", "2 MB of one text", `{"inputs":${LARGEST_TEXT}}`],
  [
    "/v1/explain",
    "all of a long text",
    JSON.stringify({
      inputs: "the invoice is wrong ".repeat(14),
      importance: ["integrated_gradients", "occlusion"],
      head_effects: true,
    }),
  ],
  ["/tokenize", "2 MB of one text", `{"inputs":${LARGEST_TEXT}}`],
  ["/tokenize", "32 texts, 64 kB in all", `{"inputs":${list(many(32, quoted("!".repeat(2040))))}}`],
  ["/decode", "65,536 ids", JSON.stringify({ ids: Array(65_536).fill(9) })],
];

const LONG_TEXT = quoted("!".repeat(62_000));

/** Bodies that cost most to take in, each sent as an honest client would. */
const costly: readonly Body[] = [
  ...routes.flatMap(([path, body]): Body[] => [
    [path, "32 texts of 62 kB", body(many(32, LONG_TEXT))],
    [path, "one text of 998,000 escapes", body([`"${'\\\\\\"'.repeat(499_000)}"`])],
    [path, "69,000 values of a wrong kind", body(many(69_000, "[]"))],
  ]),
  [
    "/predict",
    "32 texts of 62 kB, cut on the left",
    `{"inputs":${list(many(32, list([LONG_TEXT])))},"truncation_direction":"left"}`,
  ],
  ["/predict", "16 pairs of 62 kB", `{"inputs":${list(many(16, list([LONG_TEXT, LONG_TEXT])))}}`],
  [
    "/v2/models/desk/infer",
    "69,000 wrong sizes",
    `{"inputs":[{"name":"text","shape":${list(many(69_000, '"a"'))}}]}`,
  ],
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
