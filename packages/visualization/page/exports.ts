import { h } from "./dom.ts";
import { type PageData, pageHtml, type PageParts } from "./page_html.ts";

/** Offers a file to the reader. */
export function download(name: string, content: Blob | string, type = "text/plain"): void {
  const blob = typeof content === "string" ? new Blob([content], { type }) : content;
  const url = URL.createObjectURL(blob);
  const link = h("a", { href: url, download: name });
  document.body.append(link); // a link outside the document is ignored by some browsers
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(url), 10_000); // the browser reads it after the click
}

/** This page with other data, as a file of its own. */
export function pageWith(data: PageData): string {
  return pageHtml(ownParts(), data);
}

function ownParts(): PageParts {
  const [script, style] = ["page-script", "page-style"].map((id) => document.getElementById(id)!);
  return {
    script: script.textContent!,
    style: style.textContent!,
    hashes: { script: script.dataset.hash!, style: style.dataset.hash! },
  };
}
