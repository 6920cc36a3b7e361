import { type BackendOptions, type BackendProvider, DeviceError } from "@taxon/tensor";
import { MinimalBackend } from "./backend.ts";

/** What `--backend` takes, and the conformance kit. */
const provider: BackendProvider = {
  name: "minimal",
  contract: 1,
  probe: () => Promise.resolve({ available: true, description: "plain loops", rank: 0 }),
  create({ precision = "f32" }: BackendOptions = {}) {
    if (precision === "f32") return Promise.resolve(new MinimalBackend());
    throw new DeviceError(
      `Cannot compute in ${precision} on minimal: it has only f32; leave the precision out`,
    );
  },
};
export default provider;
