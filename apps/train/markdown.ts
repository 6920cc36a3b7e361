import { visibleLine } from "@taxon/app-shared";

/** All that begins something in GitHub's Markdown, HTML, links without brackets and mentions included. */
const MEANING = /[\\`*_~[\]<>&|#@:$]|(?<=www)\./gi;

/** A label, a name or a path as it stands, for a place within a line of Markdown or a cell of a table. */
export function inMarkdown(text: string): string {
  return visibleLine(text).replace(MEANING, "\\$&");
}

/** A block of text as it stands, whatever rows of backticks it holds. */
export function fenced(text: string, language = ""): string {
  const longest = Math.max(2, ...Array.from(text.matchAll(/`+/g), ([row]) => row.length));
  const fence = "`".repeat(longest + 1);
  return `${fence}${language}\n${text.replace(/\n$/, "")}\n${fence}`;
}
