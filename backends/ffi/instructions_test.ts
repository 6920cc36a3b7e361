import { backendConformance } from "@taxon/conformance";
import { createFfiBackend } from "./create.ts";
import provider from "./mod.ts";
import { instructionSets } from "./symbols.ts";
import { missing } from "./test_support.ts";

/** The whole suite for each set of instructions that this machine has; the best one is what all other tests use. */
if (missing === undefined) {
  for (const instructions of instructionSets.slice(1)) {
    const create = () => createFfiBackend({ instructions });
    const backend = await create().catch(() => undefined); // the machine lacks it
    if (backend === undefined) continue;
    backend[Symbol.dispose]();
    backendConformance({
      ...provider,
      name: `ffi-${instructions}`,
      create: (options) => createFfiBackend({ ...options, instructions }),
    });
  }
}
