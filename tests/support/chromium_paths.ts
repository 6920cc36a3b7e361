const usual = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

/** Where a Chromium may lie: where TAXON_CHROMIUM says, or else the usual places. */
export function chromiumPaths(): string[] {
  const named = Deno.env.get("TAXON_CHROMIUM");
  return named ? [named] : usual;
}

/** The Chromium of this machine, if there is one. */
export function findChromium(): string | undefined {
  return chromiumPaths().find((path) => {
    try {
      return Deno.statSync(path).isFile;
    } catch {
      return false;
    }
  });
}
