/**
 * `deno task build:browser [FOLDER]`: writes the page that runs a model in the browser, by default into
 * `apps/browser/dist`.
 */
import { bundle } from "./bundle.ts";
import { pageHtml } from "./page_html.ts";

/** The page as one HTML file, made from the sources as they are now. */
export async function buildPage(): Promise<string> {
  const here = (path: string) => new URL(path, import.meta.url);
  const [page, worker, style] = await Promise.all([
    bundle(here("page/main.ts")),
    bundle(here("worker/main.ts")),
    Deno.readTextFile(here("page/page.css")),
  ]);
  return await pageHtml({ page, worker, style });
}

if (import.meta.main) {
  const folder = Deno.args[0] ?? new URL("./dist", import.meta.url).pathname;
  const html = await buildPage();
  await Deno.mkdir(folder, { recursive: true });
  await Deno.writeTextFile(`${folder}/index.html`, html);
  console.log(`${folder}/index.html: ${Math.round(html.length / 1000)} kB; see docs/browser.md`);
}
