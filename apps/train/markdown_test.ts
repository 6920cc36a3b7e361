import { assertEquals } from "@std/assert";
import { fenced, inMarkdown } from "./markdown.ts";

const cases: [what: string, text: string, written: string][] = [
  ["a further cell", "spam | ham", "spam \\| ham"],
  ["HTML", "<img src=x onerror=alert(1)>", "\\<img src=x onerror=alert(1)\\>"],
  ["an entity", "&lt;script&gt;", "\\&lt;script\\&gt;"],
  ["a link and an image", "![x](javascript:alert)", "!\\[x\\](javascript\\:alert)"],
  ["an address that becomes a link", "https://a.b www.c.d", "https\\://a.b www\\.c.d"],
  ["a mention and an address", "@user a@b.c", "\\@user a\\@b.c"],
  ["emphasis, code and formulas", "*a* _b_ ~c~ `d` $e$", "\\*a\\* \\_b\\_ \\~c\\~ \\`d\\` \\$e\\$"],
  ["an escape of the escape", "\\| \\", "\\\\\\| \\\\"],
  ["a line of its own", "a\n\n# Title\r\n---", "a\\\\n\\\\n\\# Title\\\\r\\\\n---"],
  ["control characters", "\x1b[2J\u202e", "\\\\x1b\\[2J\\\\u202e"],
];
for (const [what, text, written] of cases) {
  Deno.test(`inMarkdown() writes ${what} as it stands`, () => assertEquals(inMarkdown(text), written));
}

Deno.test("inMarkdown() leaves names of all scripts alone", () => {
  for (const text of ["billing", "data/tickets.csv (2024), 50 %", "größe", "字", "a-b+c=d!"]) {
    assertEquals(inMarkdown(text), text);
  }
});

Deno.test("fenced() closes after the text, whatever it holds", () => {
  assertEquals(fenced("a\n"), "```\na\n```");
  assertEquals(fenced("```\n# Title", "json"), "````json\n```\n# Title\n````");
  assertEquals(fenced("`````"), "``````\n`````\n``````");
});
