import { assertEquals, assertRejects } from "@std/assert";
import { HubClient } from "./client.ts";

Deno.test("HubClient does not follow from https to http, where anybody on the way could read and change files", async () => {
  const asked: string[] = [];
  const real = globalThis.fetch;
  globalThis.fetch = (url) => {
    asked.push(String(url));
    return Promise.resolve(
      new Response(null, { status: 302, headers: { location: "http://files.example/model" } }),
    );
  };
  try {
    const client = new HubClient({ endpoint: "https://hub.example" }, {
      signal: new AbortController().signal,
    });
    await assertRejects(() => client.open("/model"), Error, 'redirects to "http://files.example/model"');
  } finally {
    globalThis.fetch = real;
  }
  assertEquals(asked, ["https://hub.example/model"]);
});
