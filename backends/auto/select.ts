import cpu from "@taxon/backend-cpu";
import ffi from "@taxon/backend-ffi";
import webgpu from "@taxon/backend-webgpu";
import {
  type Backend,
  type BackendOptions,
  type BackendProvider,
  CONTRACT_VERSION,
  DeviceError,
} from "@taxon/tensor";

/** The backends that are chosen by name, and among which `auto` chooses. */
export const knownBackends: readonly BackendProvider[] = [ffi, webgpu, cpu];

/** A backend and the one line that says how it was chosen. */
export interface Selection {
  /** Ready to compute; the caller disposes it. */
  backend: Backend;
  /** E.g. `cpu (2 threads, WebAssembly SIMD with FMA)`; where "auto" would rather have taken ffi, also why not. */
  summary: string;
}

/**
 * Creates the backend that was asked for.
 *
 * @param request A name; "auto" for the best one available; or a module that default-exports a `BackendProvider`, as
 * `npm:…` or `file:…`.
 * @throws {DeviceError} If it cannot be used, with reason and remedy; never a silent other one.
 */
export async function selectBackend(request = "auto", options: BackendOptions = {}): Promise<Selection> {
  const { provider, note = "" } = request === "auto" ? await best() : { provider: await named(request) };
  const backend = await provider.create(options);
  return { backend, summary: `${backend.name} (${backend.description})${note}` };
}

async function best(): Promise<{ provider: BackendProvider; note: string }> {
  let top: { provider: BackendProvider; rank: number } | undefined;
  let note = "";
  for (const provider of knownBackends) {
    const found = await provider.probe();
    if (found.available) {
      if (found.rank > (top?.rank ?? -Infinity)) top = { provider, rank: found.rank };
    } else if (provider === ffi) { // any machine could have it, unlike a graphics processor
      note = `; not ffi, as ${found.reason}: ${found.remedy}`;
    }
  }
  if (top === undefined) throw new DeviceError(`Cannot choose a backend: none is available${note}`);
  return { provider: top.provider, note: top.provider === cpu ? note : "" };
}

async function named(name: string): Promise<BackendProvider> {
  const provider = knownBackends.find((known) => known.name === name) ?? await plugIn(name);
  const found = await provider.probe();
  if (found.available) return provider;
  throw new DeviceError(
    `Cannot use backend "${name}": ${found.reason}; ${found.remedy}, or choose --backend=cpu`,
  );
}

async function plugIn(specifier: string): Promise<BackendProvider> {
  if (!/^(npm|file):/.test(specifier)) {
    throw new DeviceError(
      `Cannot use backend "${specifier}": known are auto, ${
        knownBackends.map(({ name }) => name).join(", ")
      }, or a module as npm:… or file:…`,
    );
  }
  const provider: BackendProvider | undefined = (await import(specifier)).default;
  if (provider === undefined) {
    throw new DeviceError(
      `Cannot use backend "${specifier}": the module has no default export; export a BackendProvider as default`,
    );
  }
  if (provider.contract !== CONTRACT_VERSION) {
    throw new DeviceError(
      `Cannot use backend "${specifier}": it was written for contract ${provider.contract}, this version has ` +
        `${CONTRACT_VERSION}; update the older one`,
    );
  }
  return provider;
}
