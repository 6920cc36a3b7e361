/** Runs a test with an empty folder that is removed afterwards. */
export async function inScratch(test: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await test(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** Names of the entries of a folder, sorted. */
export function namesIn(folder: string): string[] {
  return [...Deno.readDirSync(folder)].map(({ name }) => name).sort();
}

/** SHA-256 of a file, in hexadecimal digits. */
export async function sha256(path: string): Promise<string> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", await Deno.readFile(path))).toHex();
}

/** A JSON file's content. */
// deno-lint-ignore no-explicit-any -- tests name the fields that they look at
export function readJson(path: string): any {
  return JSON.parse(Deno.readTextFileSync(path));
}

/** Objects of a JSON Lines file or output. */
// deno-lint-ignore no-explicit-any -- as above
export function parseLines(text: string): any[] {
  return text.trimEnd().split("\n").map((line) => JSON.parse(line));
}
