const types: Record<string, string> = {
  html: "text/html",
  js: "text/javascript",
  json: "application/json",
  safetensors: "application/octet-stream",
};

/** Headers with which a browser isolates a page from other sites, so that its threads may share memory. */
const isolation = {
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-embedder-policy": "require-corp",
};

/** A plain server of files, on a port of this machine that is free. */
export interface FileServer extends AsyncDisposable {
  /** With a slash at the end. */
  readonly url: string;
}

/**
 * Serves files until it is disposed.
 *
 * @param read Content of a path without leading slash, or undefined if there is no such file; "" is the page itself.
 */
export function serveFiles(
  read: (path: string) => BodyInit | undefined,
  { isolated = false }: { isolated?: boolean } = {},
): FileServer {
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, ({ url }) => {
    const path = new URL(url).pathname.slice(1);
    const content = read(path);
    if (content === undefined) return new Response(`no file ${path}`, { status: 404 });
    const type = types[(path || "index.html").split(".").at(-1)!] ?? "text/plain";
    return new Response(content, { headers: { "content-type": type, ...(isolated ? isolation : {}) } });
  });
  return {
    url: `http://127.0.0.1:${server.addr.port}/`,
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}

/** Serves the files of a folder, its index.html as the page itself. */
export function serveFolder(folder: string, options?: { isolated?: boolean }): FileServer {
  return serveFiles((path) => {
    try {
      return Deno.readFileSync(`${folder}/${path || "index.html"}`);
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return undefined;
      throw error;
    }
  }, options);
}
