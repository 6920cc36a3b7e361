/** Runs a test with an empty folder that is removed afterwards. */
export async function inScratch(test: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await test(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/**
 * Gives each test of a file a folder of its own with the same content, which is made once: for what takes long to make.
 * To be called where tests are defined.
 */
export function scratchWith(
  make: (folder: string) => Promise<void>,
): (test: (folder: string) => Promise<void>) => Promise<void> {
  let made: string;
  Deno.test.beforeAll(async () => {
    made = await Deno.makeTempDir();
    await make(made);
  });
  Deno.test.afterAll(() => Deno.remove(made, { recursive: true }));
  return (test) =>
    inScratch(async (folder) => {
      await copyFolder(made, folder);
      await test(folder);
    });
}

async function copyFolder(from: string, to: string): Promise<void> {
  await Deno.mkdir(to, { recursive: true });
  for await (const { name, isDirectory } of Deno.readDir(from)) {
    await (isDirectory ? copyFolder : Deno.copyFile)(`${from}/${name}`, `${to}/${name}`);
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
