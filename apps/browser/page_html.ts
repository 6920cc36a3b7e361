import { pageParts } from "@taxon/visualization";

/** What the page is made of. */
export interface Sources {
  /** Script of the page. */
  readonly page: string;
  /** Script of the worker that holds the model. */
  readonly worker: string;
  /** Style sheet beside that of the visualiser. */
  readonly style: string;
}

/**
 * The page as one file that needs no other. Its policy lets in its own scripts and styles, WebAssembly, workers that it
 * starts from its own text, and models from the server that it came from.
 */
export async function pageHtml({ page, worker, style }: Sources): Promise<string> {
  const policy = [
    "default-src 'none'",
    `script-src '${await hashOf(page)}' 'wasm-unsafe-eval'`,
    "worker-src blob:",
    `style-src ${pageParts.hashes.style} '${await hashOf(style)}'`,
    "img-src data: blob:",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
  ].join("; ");
  // The visualiser's script and style by these ids are what it puts into the views that a reader saves as pages.
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<link rel="icon" href="data:,">
<title>Classify text in this browser</title>
<style id="page-style" data-hash="${pageParts.hashes.style}">${pageParts.style}</style>
<style>${style}</style>
</head>
<body>
<script type="application/json" id="page-data">{}</script>
<script type="text/plain" id="page-script" data-hash="${pageParts.hashes.script}">${pageParts.script}</script>
<script type="text/plain" id="worker-script">${worker}</script>
<script>${page}</script>
</body>
</html>
`;
}

async function hashOf(text: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return `sha256-${new Uint8Array(digest).toBase64()}`;
}
