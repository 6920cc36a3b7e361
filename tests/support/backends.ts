import cpu, { createCpuBackend } from "@taxon/backend-cpu";
import ffi from "@taxon/backend-ffi";
import webgpu from "@taxon/backend-webgpu";
import type { BackendProvider } from "@taxon/tensor";

/** The plain loops of the CPU backend, tested as if they were a backend of their own. */
const reference: BackendProvider = {
  ...cpu,
  name: "cpu-reference",
  create: () => createCpuBackend({ tier: "reference" }),
};

/** All backends of the repository; tests run each one that is present here. */
const providers: readonly BackendProvider[] = [cpu, reference, ffi, webgpu];

/** The backends that can be created on this machine. */
export async function presentBackends(): Promise<BackendProvider[]> {
  const found = await Promise.all(providers.map((provider) => provider.probe()));
  return providers.filter((_, i) => found[i].available);
}

/** For each name in TAXON_REQUIRE_BACKENDS (such as `cpu,ffi,webgpu`) that is not present: the name and why. */
export async function missingBackends(): Promise<string[]> {
  const required = (Deno.env.get("TAXON_REQUIRE_BACKENDS") ?? "").split(",").map((name) => name.trim());
  const missing: string[] = [];
  for (const name of required.filter((name) => name !== "")) {
    const provider = providers.find((provider) => provider.name === name);
    const found = await provider?.probe();
    if (found === undefined) missing.push(`${name}: not part of this version`);
    else if (!found.available) missing.push(`${name}: ${found.reason}; ${found.remedy}`);
  }
  return missing;
}
