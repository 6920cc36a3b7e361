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
 * Serves a model as the Hugging Face Hub does: the list of files with `blobs=true`, small files from the Hub itself under
 * their git hash, large ones (.safetensors) by a redirect to another host under their SHA-256.
 */
export async function startFakeHub(name: string, files: readonly FakeFile[]): Promise<FakeHub> {
  const commit = "0123456789abcdef0123456789abcdef01234567";
  const requests: HubRequest[] = [];
  const byPath = new Map(files.map((file) => [file.path, file]));
  const siblings = await Promise.all(files.map(sibling));

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
      return Response.json({ id: name, sha: commit, siblings });
    }
    if (!path.startsWith(resolve)) {
      return new Response(null, { status: 404, headers: { "x-error-message": "Repository not found" } });
    }
    const file = path.slice(resolve.length);
    if (!file.endsWith(".safetensors")) return await content(request, byPath.get(file));
    return Response.redirect(`http://127.0.0.1:${elsewhere.addr.port}/${file}`, 302);
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

async function sibling({ path, content }: FakeFile): Promise<unknown> {
  const size = content.length;
  const prefix = new TextEncoder().encode(`blob ${size}\0`);
  const blobId = await digest("SHA-1", new Uint8Array([...prefix, ...content]));
  const lfs = { sha256: await digest("SHA-256", content), size, pointerSize: 134 };
  return { rfilename: path, size, blobId, ...(path.endsWith(".safetensors") && { lfs }) };
}

async function digest(algorithm: string, bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  return new Uint8Array(await crypto.subtle.digest(algorithm, bytes)).toHex();
}

/** A file, or the part of it that `Range: bytes=N-` asks for. */
function content(request: Request, file: FakeFile | undefined): Promise<Response> {
  if (file === undefined) return Promise.resolve(new Response(null, { status: 404 }));
  const { length } = file.content;
  const start = Number(/^bytes=(\d+)-$/.exec(request.headers.get("range") ?? "")?.[1] ?? 0);
  if (start >= length && start > 0) return Promise.resolve(new Response(null, { status: 416 }));
  const headers: Record<string, string> = { "content-length": String(length - start) };
  if (start > 0) headers["content-range"] = `bytes ${start}-${length - 1}/${length}`;
  return Promise.resolve(new Response(file.content.slice(start), { status: start > 0 ? 206 : 200, headers }));
}
