import { assertEquals } from "@std/assert";
import { Markup, markup } from "./markup.ts";

Deno.test("markup`` escapes what is put in, and neither its template nor other markup", () => {
  const item = markup`<b title="${"\"x\" & 'y'"}">${"</b><script>"}</b>`;
  const list = markup`<p>${[item, undefined, 1.5, [new Markup("<hr>")]]}</p>`;
  assertEquals(
    list.source,
    '<p><b title="&quot;x&quot; &amp; &#39;y&#39;">&lt;/b&gt;&lt;script&gt;</b>1.5<hr></p>',
  );
});

Deno.test("markup`` replaces characters that HTML cannot hold", () => {
  assertEquals(markup`${"a\0b\x1bc\td\ne\ud800"}`.source, "a\ufffdb\ufffdc\td\ne\ufffd");
});
