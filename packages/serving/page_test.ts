import { assertEquals } from "@std/assert";
import { createHandler } from "./handler.ts";
import { fakeClassifier } from "./fake_classifier.ts";
import { fakeHandler, get } from "./test_support.ts";

const page = { html: "<!doctype html>", contentSecurityPolicy: "default-src 'none'" };
const browser = { accept: "text/html,application/xhtml+xml,*/*;q=0.8" };

Deno.test("GET / shows the page to browsers, with its policy, and stays a probe for all others", async () => {
  const handler = createHandler(fakeClassifier(), { page, apiKey: "sesame" });
  const shown = await get(handler, "/", { headers: browser });
  assertEquals([shown.status, await shown.text()], [200, page.html]);
  assertEquals(shown.headers.get("content-type"), "text/html; charset=UTF-8");
  assertEquals(shown.headers.get("content-security-policy"), page.contentSecurityPolicy);
  assertEquals(shown.headers.get("x-content-type-options"), "nosniff");
  for (const accept of ["*/*", "application/json"]) {
    const probe = await get(handler, "/", { headers: { accept } });
    assertEquals([probe.status, await probe.text()], [200, ""]);
    assertEquals(probe.headers.get("vary"), "accept"); // a cache must not give one's answer to the other
  }
  assertEquals(await (await get(handler, "/")).text(), "");
});

Deno.test("GET / shows browsers nothing where there is no page", async () => {
  const reply = await get(fakeHandler(), "/", { headers: browser });
  assertEquals([reply.status, await reply.text()], [200, ""]);
});
