import { assertEquals } from "@std/assert";
import cpu, { createCpuBackend } from "@taxon/backend-cpu";
import { backendConformance } from "@taxon/conformance";
import type { BackendProvider } from "@taxon/tensor";

/** Both tiers of the CPU backend: the fast one may not exist on every engine, the reference one always does. */
const tiers = (["simd", "reference"] as const).map((tier): BackendProvider => ({
  ...cpu,
  name: `cpu ${tier}`,
  create: (options) => createCpuBackend({ ...options, tier }),
}));

const providers: readonly BackendProvider[] = tiers;

for (const provider of providers) backendConformance(provider);

Deno.test("every backend that TAXON_REQUIRE_BACKENDS names is checked for conformance", () => {
  const required = (Deno.env.get("TAXON_REQUIRE_BACKENDS") ?? "cpu").split(",").map((name) => name.trim());
  const present = new Set(providers.map(({ name }) => name.split(" ")[0]));
  assertEquals(required.filter((name) => !present.has(name)), []);
});
