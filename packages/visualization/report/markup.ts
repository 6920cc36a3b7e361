/** Text that is HTML already and is not escaped again. */
export class Markup {
  /** Keeps `source` as it is. */
  constructor(readonly source: string) {}
}

/** What may stand in a template: texts and numbers are escaped, lists are joined, nothing is printed for undefined. */
export type Content = Markup | string | number | undefined | readonly Content[];

/**
 * HTML from a template in which everything that was put in is escaped, so that no text or label can become an element.
 *
 * @example
 * ```ts ignore
 * markup`<li title="${title}">${text}</li>`
 * ```
 */
export function markup(template: TemplateStringsArray, ...contents: Content[]): Markup {
  return new Markup(template.reduce((source, part, i) => source + sourceOf(contents[i - 1]) + part));
}

function sourceOf(content: Content): string {
  if (content === undefined) return "";
  if (content instanceof Markup) return content.source;
  if (Array.isArray(content)) return content.map(sourceOf).join("");
  return escape(String(content));
}

const entities: Record<string, string> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

function escape(text: string): string {
  return text.toWellFormed()
    // deno-lint-ignore no-control-regex -- HTML has no way to write these
    .replace(/[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]/g, "\ufffd")
    .replace(/[&<>"']/g, (character) => entities[character]);
}
