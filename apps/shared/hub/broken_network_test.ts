import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { brokenAfter, type FakeHub, startFakeHub, type Trouble } from "../../../tests/support/fake_hub.ts";
import { inScratch } from "../../../tests/support/scratch.ts";
import { download, files, listAll, weights } from "../../../tests/support/tiny_repository.ts";

const weightsPath = "/model.safetensors";
const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", weights)).toHex();

/** Downloads with something going wrong, and checks that the weights are then whole. */
function succeedsWith(
  name: string,
  trouble: Trouble,
  check: (hub: FakeHub, notes: string[]) => void,
  incomplete?: Uint8Array,
  stallMs = 30_000,
): void {
  Deno.test(`downloadModel() succeeds when ${name}`, () =>
    inScratch(async (cache) => {
      await using hub = await startFakeHub("org/tiny", files);
      hub.trouble = trouble;
      if (incomplete !== undefined) await leave(cache, incomplete);
      const notes: string[] = [];
      const { folder } = await download(hub, cache, { note: (text) => notes.push(text), stallMs });
      assertEquals(await Deno.readFile(`${folder}/model.safetensors`), weights);
      assertEquals(listAll(cache).filter((path) => path.endsWith(".incomplete")), []);
      check(hub, notes);
    }));
}

/** Downloads with something going wrong, and checks the reason, that no weights appear, and that it works later. */
function failsWith(name: string, trouble: Trouble, message: string, kept?: number): void {
  Deno.test(`downloadModel() fails when ${name}`, () =>
    inScratch(async (cache) => {
      await using hub = await startFakeHub("org/tiny", files);
      hub.trouble = trouble;
      const error = await assertRejects(() => download(hub, cache), Error, message);
      assert(error.message.startsWith("Cannot download org/tiny@main: "), error.message);
      const left = await Array.fromAsync(blobsOf(cache));
      assertEquals(left.find(({ name }) => name === hash), undefined);
      assertEquals(left.find(({ name }) => name === `${hash}.incomplete`)?.size || undefined, kept);
      hub.trouble = undefined;
      const { folder } = await download(hub, cache);
      assertEquals(await Deno.readFile(`${folder}/model.safetensors`), weights);
    }));
}

const ranges = (hub: FakeHub) =>
  hub.requests.filter(({ host, path }) => host === "files" && path === weightsPath).map(({ range }) => range);

/** Leaves a file as a killed process would. */
async function leave(cache: string, bytes: Uint8Array): Promise<void> {
  await Deno.mkdir(`${cache}/models--org--tiny/blobs`, { recursive: true });
  await Deno.writeFile(`${cache}/models--org--tiny/blobs/${hash}.incomplete`, bytes);
}

async function* blobsOf(cache: string): AsyncGenerator<{ name: string; size: number }> {
  const folder = `${cache}/models--org--tiny/blobs`;
  for (const name of await Deno.stat(folder).then(() => listAll(folder), () => [])) {
    yield { name, size: (await Deno.stat(`${folder}/${name}`)).size };
  }
}

/** Trouble with the first `times` requests for the weights. */
function onWeights(times: number, trouble: Trouble): Trouble {
  return (request, answer) => {
    if (request.host !== "files" || request.path !== weightsPath || times-- <= 0) return undefined;
    return trouble(request, answer);
  };
}

/** An answer of this status to the first `times` requests for the weights, or for the list of files. */
function status(code: number, headers: Record<string, string> = {}, times = Infinity): Trouble {
  return ({ path }) => {
    if (!path.startsWith("/api/") || times-- <= 0) return undefined;
    return new Response(null, { status: code, headers });
  };
}

succeedsWith(
  "the connection breaks half way: it goes on there",
  onWeights(1, async (_, answer) => await brokenAfter(100_000, await answer())),
  (hub, notes) => {
    assertEquals(ranges(hub), [null, "bytes=100000-"]);
    assertStringIncludes(notes.join(), "trying again in 1 s");
  },
);

succeedsWith(
  "the connection breaks nine times, each time a bit later",
  onWeights(9, async (_, answer) => await brokenAfter(30_000, await answer())),
  (hub) => assertEquals(ranges(hub).length, 10),
);

succeedsWith(
  "an answer ends early without a word",
  onWeights(1, () => new Response(new Blob([weights.slice(0, 5000)]).stream())),
  (hub) => assertEquals(ranges(hub), [null, "bytes=5000-"]),
);

succeedsWith(
  "an earlier process was stopped half way",
  () => undefined,
  (hub) => assertEquals(ranges(hub), ["bytes=200000-"]),
  weights.slice(0, 200_000),
);

succeedsWith(
  "an earlier process was stopped before it named the whole file",
  () => undefined,
  (hub) => assertEquals(ranges(hub), []),
  weights,
);

succeedsWith(
  "an earlier process left damaged bytes",
  () => undefined,
  (hub, notes) => {
    assertEquals(ranges(hub), ["bytes=1000-", null]);
    assertStringIncludes(notes.join(), "is damaged: downloading it anew");
  },
  new Uint8Array(1000),
);

succeedsWith(
  "an earlier process left more bytes than the file has",
  () => undefined,
  (hub) => assertEquals(ranges(hub), [null]),
  new Uint8Array(weights.length + 1),
);

succeedsWith(
  "the server does not know ranges and sends all again",
  onWeights(1, () => new Response(weights)),
  (hub) => assertEquals(ranges(hub), ["bytes=1000-"]),
  weights.slice(0, 1000),
);

succeedsWith(
  "the server refuses to go on",
  onWeights(1, () => new Response(null, { status: 416 })),
  (hub) => assertEquals(ranges(hub), ["bytes=1000-", null]),
  weights.slice(0, 1000),
);

succeedsWith(
  "the server falls silent in the middle",
  onWeights(1, () => {
    const start = (controller: ReadableStreamDefaultController) => controller.enqueue(weights.slice(0, 1000));
    return new Response(new ReadableStream({ start }), {
      headers: { "content-length": `${weights.length}` },
    });
  }),
  (hub, notes) => {
    assertEquals(ranges(hub), [null, "bytes=1000-"]);
    assertStringIncludes(notes.join(), "nothing came for 1 s");
  },
  undefined,
  1000,
);

succeedsWith(
  "the server is slow, but not silent",
  onWeights(1, () => {
    let at = 0;
    const pull = async (controller: ReadableStreamDefaultController) => {
      if (at === weights.length) return controller.close();
      await new Promise((resolve) => setTimeout(resolve, 100));
      controller.enqueue(weights.slice(at, at += 20_000));
    };
    return new Response(new ReadableStream({ pull }));
  }),
  (hub) => assertEquals(ranges(hub), [null]),
  undefined,
  1000, // less than the whole takes
);

succeedsWith(
  "the Hub asks to wait",
  status(429, { "retry-after": "0" }, 2),
  (_, notes) => assertStringIncludes(notes.join(), "has had too many requests; trying again in 0 s"),
);

succeedsWith(
  "the Hub asks to wait in its own words",
  status(429, { ratelimit: '"api";r=0;t=1' }, 1),
  (_, notes) => assertStringIncludes(notes.join(), "trying again in 1 s"),
);

succeedsWith(
  "the Hub is not well for a moment",
  status(503, {}, 3),
  (_, notes) => assertEquals(notes.filter((note) => note.includes("is not well: HTTP status 503")).length, 3),
);

failsWith(
  "the connection always breaks",
  onWeights(Infinity, () => brokenAfter(0, new Response(weights))),
  "the connection to 127.0.0.1",
);
failsWith(
  "bytes are wrong",
  onWeights(Infinity, () => new Response(weights.toReversed())),
  "do not have the checksum",
);
failsWith(
  "another length is announced",
  onWeights(Infinity, () => new Response(weights.slice(1))),
  "the server announces 299999 of model.safetensors, the Hub lists 300000",
);
failsWith(
  "another part is sent than was asked for",
  onWeights(Infinity, async ({ range }, answer) => {
    if (range === null) return await brokenAfter(1000, await answer());
    const headers = { "content-range": "bytes 0-299999/300000" };
    return new Response(weights, { status: 206, headers });
  }),
  "the server announces bytes 0-299999/300000 of model.safetensors, the Hub lists bytes 1000-299999/300000",
  1000,
);
failsWith(
  "more bytes come than the Hub lists",
  onWeights(Infinity, () => new Response(new Blob([weights, weights]).stream())),
  "more than the 300000 bytes of model.safetensors came",
);
failsWith("the Hub does not let one in", status(401), "HTTP status 401; check the name, and set HF_TOKEN");
failsWith(
  "a model asks for consent",
  status(403, { "x-error-message": "Access to org/tiny is restricted" }),
  "restricted",
);
failsWith(
  "there is no such model",
  status(404, { "x-error-message": "Repository not found" }),
  "Repository not found; check the name",
);
failsWith("the Hub asks to wait for an hour", status(429, { "retry-after": "3600" }), "too many requests");
failsWith("the Hub stays unwell", status(500), "is not well: HTTP status 500");
failsWith(
  "an address is no Hub",
  (request) => request.path.startsWith("/api/") ? new Response("<html>") : undefined,
  "not JSON",
);
failsWith(
  "the answer is no list",
  (request) => request.path.startsWith("/api/") ? Response.json(null) : undefined,
  "no commit in null",
);
failsWith(
  "a list of files has no end",
  ({ path }) => {
    if (!path.includes("/tree/")) return undefined;
    return Response.json([], { headers: { link: `<${path}>; rel="next"` } });
  },
  "no end of files after 100 pages",
);
failsWith(
  "redirects go in circles",
  onWeights(Infinity, () => new Response(null, { status: 302, headers: { location: weightsPath } })),
  "redirects more than 10 times",
);
failsWith(
  "a redirect leads to a file of this machine",
  onWeights(Infinity, () => new Response(null, { status: 302, headers: { location: "file:///etc/passwd" } })),
  'redirects to "file:///etc/passwd": expected an https address',
);

Deno.test("downloadModel() fails when nobody listens, and says how to use what is there", () =>
  inScratch(async (cache) => {
    const hub = await startFakeHub("org/tiny", files);
    await download(hub, cache);
    await hub[Symbol.asyncDispose]();
    const error = await assertRejects(() => download(hub, cache), Error);
    assert(!error.message.includes(hub.url), "addresses of files are secrets for a while");
    assertStringIncludes(
      error.message,
      `HF_HUB_OFFLINE=1 takes what is there, commit ${hub.commit}`,
    );
  }));

Deno.test("downloadModel() stops when it is told to, and keeps what came", () =>
  inScratch(async (cache) => {
    await using hub = await startFakeHub("org/tiny", files);
    const stop = new AbortController();
    hub.trouble = onWeights(1, () => {
      const start = (controller: ReadableStreamDefaultController) =>
        controller.enqueue(weights.slice(0, 1000));
      return new Response(new ReadableStream({ start }));
    });
    const progress = (total: number) => (bytes: number) => {
      if (total === weights.length && bytes === 1000) stop.abort(new Error("Stopped on request"));
    };
    await assertRejects(
      () => download(hub, cache, { signal: stop.signal, progress }),
      Error,
      "Stopped on request",
    );
    assertEquals(
      (await Array.fromAsync(blobsOf(cache))).find(({ name }) => name === `${hash}.incomplete`)?.size,
      1000,
    );
  }));
