/** A file on a {@linkcode startFakeHub}. */
export interface FakeFile {
  readonly path: string;
  readonly content: Uint8Array<ArrayBuffer>;
}

/** What the Hub was asked for. */
export interface HubRequest {
  /** On which of the two hosts. */
  readonly host: "hub" | "files";
  readonly path: string;
  readonly authorization: string | null;
  readonly range: string | null;
}

/** Answers a request instead of the Hub; undefined leaves it to the Hub. */
export type Trouble = (
  request: HubRequest,
  answer: () => Promise<Response>,
) => MaybePromise<Response | undefined>;

type MaybePromise<T> = T | Promise<T>;

/** A model of one revision, `main`, on a server of this machine. */
export interface FakeHub extends AsyncDisposable {
  readonly url: string;
  readonly commit: string;
  readonly requests: readonly HubRequest[];
  /** Sets what goes wrong from now on. */
  trouble: Trouble | undefined;
}

/**
 * Serves a model as the Hugging Face Hub does: the list of files, small files from the Hub itself under
 * their git hash, large ones (.safetensors) by a redirect to another host under their SHA-256.
 */
export async function startFakeHub(name: string, files: readonly FakeFile[]): Promise<FakeHub> {
  const commit = "0123456789abcdef0123456789abcdef01234567";
  const requests: HubRequest[] = [];
  const byPath = new Map(files.map((file) => [file.path, file]));
  const entries = await Promise.all(files.map(entryOf));

  const listen = (host: HubRequest["host"], answer: (request: Request, path: string) => Promise<Response>) =>
    Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, async (request) => {
      const { pathname, search } = new URL(request.url);
      const { headers } = request;
      const seen = {
        host,
        path: pathname + search,
        authorization: headers.get("authorization"),
        range: headers.get("range"),
      };
      requests.push(seen);
      const usual = () => answer(request, decodeURIComponent(pathname));
      return await fake.trouble?.(seen, usual) ?? await usual();
    });

  const elsewhere = listen(
    "files",
    async (request, path) => await content(request, byPath.get(path.slice(1))),
  );
  const hub = listen("hub", async (request, path) => {
    const resolve = `/${name}/resolve/${commit}/`;
    if (path === `/api/models/${name}/revision/main` || path === `/api/models/${name}/revision/${commit}`) {
      return Response.json({ id: name, sha: commit });
    }
    if (path === `/api/models/${name}/tree/${commit}`) return page(entries, new URL(request.url));
    if (!path.startsWith(resolve)) {
      return new Response(null, { status: 404, headers: { "x-error-message": "Repository not found" } });
    }
    const file = path.slice(resolve.length);
    const found = entries.find(({ path }) => path === file);
    if (found === undefined) {
      return new Response(null, { status: 404, headers: { "x-error-code": "EntryNotFound" } });
    }
    const { lfs, size, oid } = found;
    const headers = { "x-repo-commit": commit, "etag": `"${lfs?.oid ?? oid}"`, "x-linked-size": `${size}` };
    if (lfs === undefined) return await content(request, byPath.get(file), headers);
    const location = `http://127.0.0.1:${elsewhere.addr.port}/${file}`;
    return new Response(null, {
      status: 302,
      headers: { ...headers, location, "x-linked-etag": headers.etag },
    });
  });

  const fake: FakeHub = {
    url: `http://127.0.0.1:${hub.addr.port}`,
    commit,
    requests,
    trouble: undefined,
    async [Symbol.asyncDispose]() {
      await hub.shutdown();
      await elsewhere.shutdown();
    },
  };
  return fake;
}

/** An answer whose connection breaks after so many bytes of the body. */
export async function brokenAfter(bytes: number, answer: Response): Promise<Response> {
  const body = (await answer.bytes()).subarray(0, bytes);
  const { status, headers } = answer;
  let sent = false;
  const stream = new ReadableStream({
    async pull(controller) {
      if (!sent) controller.enqueue(body);
      else {
        await new Promise((resolve) => setTimeout(resolve, 50)); // what was sent reaches the other side first
        controller.error("The fake Hub breaks a connection, as this test wants");
      }
      sent = true;
    },
  });
  return new Response(stream, { status, headers });
}

interface Entry {
  type: "file";
  path: string;
  size: number;
  oid: string;
  lfs?: { oid: string; size: number; pointerSize: number };
}

async function entryOf({ path, content }: FakeFile): Promise<Entry> {
  const size = content.length;
  const prefix = new TextEncoder().encode(`blob ${size}\0`);
  const oid = await digest("SHA-1", await new Blob([prefix, content]).bytes());
  const lfs = { oid: await digest("SHA-256", content), size, pointerSize: 134 };
  return { type: "file", path, size, oid, ...(path.endsWith(".safetensors") && { lfs }) };
}

/** Four entries at a time, where the Hub gives a thousand. */
function page(entries: readonly Entry[], url: URL): Response {
  const start = Number(url.searchParams.get("cursor") ?? 0);
  const end = start + 4;
  url.searchParams.set("cursor", String(end));
  const link: Record<string, string> = end < entries.length ? { link: `<${url}>; rel="next"` } : {};
  const folders = start > 0 ? [] : [{ type: "directory", path: "onnx", size: 0, oid: "0".repeat(40) }];
  return Response.json([...folders, ...entries.slice(start, end)], { headers: link });
}

async function digest(algorithm: string, bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  return new Uint8Array(await crypto.subtle.digest(algorithm, bytes)).toHex();
}

/** A file, or the part of it that `Range: bytes=N-` asks for. */
function content(
  request: Request,
  file: FakeFile | undefined,
  more: Record<string, string> = {},
): Promise<Response> {
  if (file === undefined) return Promise.resolve(new Response(null, { status: 404 }));
  const { length } = file.content;
  const start = Number(/^bytes=(\d+)-$/.exec(request.headers.get("range") ?? "")?.[1] ?? 0);
  if (start >= length && start > 0) return Promise.resolve(new Response(null, { status: 416 }));
  const headers: Record<string, string> = { ...more, "content-length": String(length - start) };
  if (start > 0) headers["content-range"] = `bytes ${start}-${length - 1}/${length}`;
  return Promise.resolve(new Response(file.content.slice(start), { status: start > 0 ? 206 : 200, headers }));
}
