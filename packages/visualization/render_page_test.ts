import { assertEquals, assertStringIncludes } from "@std/assert";
import { contentSecurityPolicy, renderPage } from "@taxon/visualization";
import { pageScript, pageStyle } from "./generated/page.ts";
import { fakeExplanation } from "./page/fake_explanation.ts";

const hash = async (text: string) =>
  new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text))).toBase64();

Deno.test("no text can leave the data of a page, and the page reads back what it was given", () => {
  const hostile = `</script><script>alert(1)</script><!-- \u2028 ]]> & "`;
  const explanation = fakeExplanation({ text: hostile, labels: [hostile], predicted: hostile });
  const html = renderPage({ explanation });
  const [, json] = /<script type="application\/json" id="page-data">([^<]*)<\/script>/.exec(html)!;
  assertEquals(JSON.parse(json), { explanation });
  assertEquals(html.match(/<script/g)!.length - pageScript.match(/<script/g)!.length, 2);
});

Deno.test("script and style hold nothing that would end their element early", () => {
  assertEquals(/<\/script|<!--/i.test(pageScript), false);
  assertEquals(/<\/style/i.test(pageStyle), false);
});

Deno.test("the policies let in the page's own script and style by their hashes", async () => {
  const expected = [
    "default-src 'none'",
    `script-src 'sha256-${await hash(pageScript)}'`,
    `style-src 'sha256-${await hash(pageStyle)}'`,
    "img-src data: blob:",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
  ].join("; ");
  assertStringIncludes(renderPage({ fetchUrl: "v1/explain" }), `content="${expected}"`);
  assertEquals(contentSecurityPolicy({ fetchUrl: "v1/explain" }), `${expected}; frame-ancestors 'none'`);
});

Deno.test("a page without a server may call nobody", () => {
  assertStringIncludes(renderPage({}), "connect-src 'none'");
});

Deno.test("the page names no address but that of the SVG namespace", () => {
  const addresses = renderPage({ fetchUrl: "v1/explain" }).match(/https?:\/\/[^"'`\s)]*/g);
  assertEquals(new Set(addresses), new Set(["http://www.w3.org/2000/svg"]));
});
