import type { Page } from "puppeteer-core";

const byTestId = (testId: string) => `document.querySelector('[data-testid="${testId}"]')`;

/** A property of the element with this test id. */
export async function pick(page: Page, testId: string, property: string): Promise<string> {
  return await page.evaluate(`${byTestId(testId)}.${property}`) as string;
}

/** The text of the element with this test id. */
export function textOf(page: Page, testId: string): Promise<string> {
  return pick(page, testId, "textContent");
}

/** Chooses an option as a user would. */
export async function select(page: Page, testId: string, value: string): Promise<void> {
  await page.select(`[data-testid="${testId}"]`, value);
}

/** Where a token of the view is on the screen, in pixels: a view that is drawn again has other elements there. */
export async function placeOfToken(
  page: Page,
  side: "query" | "key",
  index: number,
): Promise<[number, number]> {
  await page.waitForNetworkIdle(); // the view grows with layers that arrive
  return await page.evaluate(`(() => {
    const token = document.querySelector('[data-side=${side}][data-token-index="${index}"]');
    token.scrollIntoView({ block: "center" });
    const { x, y, width, height } = token.getBoundingClientRect();
    return [x + width / 2, y + height / 2];
  })()`) as [number, number];
}

/** Waits until an element's text or attribute holds something. */
export async function shows(page: Page, testId: string, where: string, expected: string): Promise<void> {
  const read = where === "text"
    ? `${byTestId(testId)}?.textContent`
    : `${byTestId(testId)}?.getAttribute("${where}")`;
  try {
    await page.waitForFunction(`(${read})?.includes(${JSON.stringify(expected)})`);
  } catch (error) {
    const seen = await page.evaluate(read);
    throw new Error(`${testId} never showed "${expected}" but shows "${seen}"`, { cause: error });
  }
}

/** Clicks a button that saves a file, and gives its path once it is whole. */
export async function savedFile(page: Page, testId: string, folder: string): Promise<string> {
  await Deno.mkdir(folder, { recursive: true });
  const before = new Set(fileNames(folder));
  const session = await page.createCDPSession();
  await session.send("Browser.setDownloadBehavior", {
    behavior: "allow",
    downloadPath: folder,
    eventsEnabled: true,
  });
  const saved = new Promise<void>((resolve, reject) =>
    session.on("Browser.downloadProgress", ({ state }) => {
      if (state === "completed") resolve();
      if (state === "canceled") reject(new Error(`${testId} saved no file: the download was cancelled`));
    })
  );
  await page.click(`[data-testid="${testId}"]`);
  await saved;
  const names = fileNames(folder).filter((name) => !before.has(name));
  if (names.length !== 1) throw new Error(`${testId} saved ${names.length} files: ${names.join(", ")}`);
  return `${folder}/${names[0]}`;
}

const fileNames = (folder: string) => [...Deno.readDirSync(folder)].map(({ name }) => name);
