/** Elements that have no content and no end tag. */
const voids = new Set(["meta", "br", "hr", "img", "input", "link", "wbr"]);

/**
 * What is wrong with a page that should be strictly written: a tag that does not close or closes another, an attribute
 * without quotes or given twice, an id given twice, a link to no id, a bare < or &.
 */
export function htmlProblems(page: string): string[] {
  const problems: string[] = [];
  const open: string[] = [];
  const ids: string[] = [];
  const linked: string[] = [];
  const body = page.replace(/^<!DOCTYPE html>\n/, "").replace(/(<style>)[^<]*(<\/style>)/, "$1$2");
  const tag = /<(\/?)([a-zA-Z][\w-]*)((?:\s+[\w:-]+="[^"<]*")*)\s*(\/?)>/g;
  for (const [, end, name, attributes, closed] of body.matchAll(tag)) {
    const names = [...attributes.matchAll(/([\w:-]+)="([^"]*)"/g)];
    if (new Set(names.map(([, key]) => key)).size < names.length) {
      problems.push(`<${name}${attributes}> twice`);
    }
    for (const [, key, value] of names) {
      if (key === "id") ids.push(value);
      if (key === "href" && value.startsWith("#")) linked.push(value.slice(1));
      if (key === "aria-labelledby") linked.push(...value.split(" "));
    }
    if (end) {
      if (open.pop() !== name) problems.push(`</${name}> closes nothing`);
    } else if (!closed && !voids.has(name)) open.push(name);
  }
  if (open.length > 0) problems.push(`never closed: ${open.join(" ")}`);
  const rest = body.replace(tag, "");
  for (const [bare] of rest.matchAll(/<.{0,40}|&(?!amp;|lt;|gt;|quot;|#39;).{0,20}/g)) {
    problems.push(`bare ${bare}`);
  }
  if (new Set(ids).size < ids.length) problems.push("an id twice");
  for (const id of linked) if (!ids.includes(id)) problems.push(`no element has the id ${id}`);
  return problems;
}

/** The texts of a page without its style sheet, tags and entities. */
export function visibleText(page: string): string {
  const entities: Record<string, string> = { amp: "&", lt: "<", gt: ">", quot: '"', "#39": "'" };
  return page.replace(/<style>[^<]*<\/style>/, "").replace(/<[^>]*>/g, " ")
    .replace(/&(amp|lt|gt|quot|#39);/g, (_, name) => entities[name]);
}
