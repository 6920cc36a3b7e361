const page = new URL("page/", import.meta.resolve("@taxon/visualization"));

/** The module that the bundle starts from. */
export const entryPoint: URL = new URL("main.ts", page);

/** The style sheet, as it is written. */
export const readStyle = (): Promise<string> => Deno.readTextFile(new URL("page.css", page));

/** SHA-256 over the sources of the page in base64: what the generated file must have been made from. */
export async function hashSources(): Promise<string> {
  const names = [...Deno.readDirSync(page)].map(({ name }) => name)
    .filter((name) => !/_test\.ts$|^fake_/.test(name)).sort();
  const sources = await Promise.all(names.map((name) => Deno.readTextFile(new URL(name, page))));
  return await sha256(names.map((name, i) => `${name}\n${sources[i]}`).join("\n"));
}

/** SHA-256 of a text in base64, as content security policies take it. */
export async function sha256(text: string): Promise<string> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text))).toBase64();
}
