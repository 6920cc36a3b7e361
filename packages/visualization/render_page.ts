import { pageScript, pageStyle, scriptHash, styleHash } from "./generated/page.ts";
import { type PageData, pageHtml, type PageParts, pagePolicy } from "./page/page_html.ts";

export type { PageData, PageParts };

/** Script and style of the visualiser's page; another page that exports views as files needs them. */
export const pageParts: PageParts = {
  script: pageScript,
  style: pageStyle,
  hashes: { script: scriptHash, style: styleHash },
};

/**
 * The attention visualiser as one HTML file that needs no other.
 *
 * @example The page of a server, which sends texts to `/v1/explain` beside it
 * ```ts
 * import { renderPage } from "@taxon/visualization";
 * import { assertStringIncludes } from "@std/assert";
 *
 * const html = renderPage({ fetchUrl: "v1/explain" });
 * assertStringIncludes(html, "<!doctype html>");
 * ```
 *
 * @param data An `explanation` to show at once; a `fetchUrl` of the same origin lets the reader run texts.
 */
export function renderPage(data: PageData): string {
  return pageHtml(pageParts, data);
}

/** The `content-security-policy` that a server sends with {@linkcode renderPage}: our script and style, nothing else. */
export function contentSecurityPolicy(data: PageData): string {
  return `${pagePolicy(pageParts, data)}; frame-ancestors 'none'`;
}
