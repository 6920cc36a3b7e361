import { assertEquals } from "@std/assert";
import { backendConformance } from "@taxon/conformance";
import { missingBackends, presentBackends } from "./support/backends.ts";

for (const provider of await presentBackends()) backendConformance(provider);

Deno.test("every backend that TAXON_REQUIRE_BACKENDS names is checked for conformance", async () => {
  assertEquals(await missingBackends(), []);
});
