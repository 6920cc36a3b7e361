import type { PlatformPackage } from "./platform_package.ts";

/** A registry of npm packages on this machine, with one package. */
export interface LocalRegistry extends AsyncDisposable {
  /** With a slash at the end. */
  readonly url: string;
}

/** Serves a package as a registry would: its description with the archive's digest, and the archive. */
export async function serveRegistry({ manifest, tarball }: PlatformPackage): Promise<LocalRegistry> {
  const { name, version } = manifest;
  const integrity = `sha512-${new Uint8Array(await crypto.subtle.digest("SHA-512", tarball)).toBase64()}`;
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, (request) => {
    const { pathname, origin } = new URL(request.url);
    if (pathname === "/archive.tgz") return new Response(tarball);
    if (decodeURIComponent(pathname) !== `/${name}`) return new Response(null, { status: 404 });
    const dist = { tarball: `${origin}/archive.tgz`, integrity };
    return Response.json({
      name,
      "dist-tags": { latest: version },
      versions: { [version]: { ...manifest, dist } },
    });
  });
  return {
    url: `http://127.0.0.1:${server.addr.port}/`,
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}
