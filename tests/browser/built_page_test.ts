import { assertEquals } from "@std/assert";
import { sourcesHash } from "../../packages/visualization/generated/page.ts";
import { hashSources } from "../../apps/visualize/page_sources.ts";

Deno.test("the generated page was made from the sources that are here", async () => {
  assertEquals(
    sourcesHash,
    await hashSources(),
    'The page has changed since it was built: run "deno task build:page"',
  );
});
