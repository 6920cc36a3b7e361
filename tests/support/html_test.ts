import { assertEquals } from "@std/assert";
import { htmlProblems, visibleText } from "./html.ts";

const page = (body: string) => `<!DOCTYPE html>\n<html><body>${body}</body></html>`;

Deno.test("htmlProblems() finds nothing in a strictly written page", () => {
  assertEquals(
    htmlProblems(page('<a href="#x">1 &lt; 2</a><br><p id="x" title="a &gt; b">é<path d="M0 0"/></p>')),
    [],
  );
});

Deno.test("htmlProblems() names tags, attributes, links and characters that are wrong", () => {
  const wrong = [
    "<p><b></p></b>",
    "<p>",
    "<p title=x></p>",
    '<p id="a"></p><p id="a"></p>',
    '<a href="#none"></a>',
    "1 < 2",
    "a & b",
    '<p title="a" title="b"></p>',
  ];
  assertEquals(wrong.filter((body) => htmlProblems(page(body)).length === 0), []);
});

Deno.test("visibleText() leaves texts without tags and entities", () => {
  assertEquals(visibleText("<style>p{}</style><p>1 &lt; 2 &amp;lt;</p>").trim(), "1 < 2 &lt;");
});
