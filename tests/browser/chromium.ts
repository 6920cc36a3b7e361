import puppeteer, { type Browser, type Page } from "puppeteer-core";
import { findChromium } from "../support/chromium_paths.ts";
import { timeLeft } from "../support/run_end.ts";

const required = Deno.env.get("TAXON_REQUIRE_BROWSER") === "1";
const ignore = !required && findChromium() === undefined;
if (ignore) {
  console.log("No Chromium here: the pages are not opened; TAXON_REQUIRE_BROWSER=1 makes this a failure");
}

/** Options of a test that opens pages: Deno's checks of what a test leaves behind cannot follow a browser. */
export const browserTest = { ignore, sanitizeOps: false, sanitizeResources: false };

/** Chromium's own adapter for WebGPU, which computes on the processor. */
const softwareWebgpu = ["--enable-unsafe-webgpu", "--use-webgpu-adapter=swiftshader"];

/** Starts the browser without a window and without calls of its own; with WebGPU only where it is asked for. */
export async function launchChromium(
  { webgpu = false }: { webgpu?: boolean } = {},
): Promise<Browser & AsyncDisposable> {
  const executablePath = findChromium();
  if (!executablePath) {
    throw new Error("Cannot test the page: no Chromium was found; install it or name it in TAXON_CHROMIUM");
  }
  const browser = await puppeteer.launch({
    executablePath,
    timeout: timeLeft(), // other tests share the processor
    protocolTimeout: timeLeft(),
    args: [
      "--headless",
      "--no-sandbox",
      ...(webgpu ? softwareWebgpu : ["--disable-gpu"]),
      "--no-first-run",
      "--disable-background-networking",
      "--disable-dev-shm-usage",
    ],
  });
  return Object.assign(browser, { [Symbol.asyncDispose]: () => browser.close() });
}

/** A page, and all that went wrong on it. */
export interface WatchedPage {
  readonly page: Page;
  /** Console errors and warnings, exceptions, and requests that were blocked. */
  readonly problems: string[];
}

/** Opens a page that can reach nothing but addresses that begin with `allowed`. */
export async function openPage(
  browser: Browser,
  allowed: string,
  { width = 1280, scheme = "light" }: { width?: number; scheme?: "light" | "dark" } = {},
): Promise<WatchedPage> {
  const page = await browser.newPage();
  const problems: string[] = [];
  page.setDefaultTimeout(timeLeft());
  page.on("console", (message) => {
    if (["error", "warn"].includes(message.type())) problems.push(`console: ${message.text()}`);
  });
  page.on("pageerror", (error) => problems.push(`exception: ${error}`));
  await page.setViewport({ width, height: 900 });
  await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: scheme }]);
  await page.setRequestInterception(true);
  page.on("request", (request) => {
    const url = request.url();
    if (url.startsWith(allowed) || /^(?:data|blob):/.test(url)) return request.continue();
    problems.push(`request: ${url}`);
    return request.abort();
  });
  return { page, problems };
}
