import type { Explanation } from "@taxon/decision";

/** What a page is given to show. */
export interface PageData {
  /** A text that was explained already; shown at once, without a server. */
  readonly explanation?: Explanation;
  /** Where to send texts, relative to the page; absent in files that work from disk. */
  readonly fetchUrl?: string;
  /** How it is looked at first, as the page writes it behind the `#` of its address. */
  readonly view?: string;
}

/** The parts that every page of ours is made of. */
export interface PageParts {
  /** JavaScript of the page, without a `<script>` around it. */
  readonly script: string;
  /** CSS of the page, without a `<style>` around it. */
  readonly style: string;
  /** Hashes of script and style as a content security policy takes them: `'sha256-…'`. */
  readonly hashes: { readonly script: string; readonly style: string };
}

/** A policy that lets the page's own script and style in and nothing else; without a server it may call nobody. */
export function pagePolicy({ hashes }: Pick<PageParts, "hashes">, { fetchUrl }: PageData): string {
  return [
    "default-src 'none'",
    `script-src ${hashes.script}`,
    `style-src ${hashes.style}`,
    "img-src data: blob:",
    `connect-src ${fetchUrl === undefined ? "'none'" : "'self'"}`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join("; ");
}

/** The whole page as one file. */
export function pageHtml(parts: PageParts, data: PageData): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${pagePolicy(parts, data)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<link rel="icon" href="data:,">
<title>Attention of a text classifier</title>
<style id="page-style" data-hash="${parts.hashes.style}">${parts.style}</style>
</head>
<body>
<script type="application/json" id="page-data">${jsonForHtml(data)}</script>
<script id="page-script" data-hash="${parts.hashes.script}">${parts.script}</script>
</body>
</html>
`;
}

/** JSON that may stand in a script element: without `<` no text of it can end the element or open a comment. */
export function jsonForHtml(value: unknown): string {
  return JSON.stringify(value).replaceAll("<", "\\u003c");
}
