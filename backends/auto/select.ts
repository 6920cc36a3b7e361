import cpu from "@taxon/backend-cpu";
import {
  type Backend,
  type BackendOptions,
  type BackendProvider,
  CONTRACT_VERSION,
  DeviceError,
} from "@taxon/tensor";

/** Why a backend that has a name cannot be used. */
interface Missing {
  reason: string;
  remedy: string;
}

/** The backends that have a name; one without a provider is not part of this version. */
const KNOWN: Readonly<Record<string, BackendProvider | Missing>> = {
  ffi: { reason: "it is not part of this version", remedy: "choose --backend=cpu" },
  webgpu: { reason: "it is not part of this version", remedy: "choose --backend=cpu" },
  cpu,
};

/** A backend and the one line that says how it was chosen. */
export interface Selection {
  backend: Backend;
  /** E.g. `cpu (2 threads, WebAssembly SIMD with FMA)`. */
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
  const provider = request === "auto" ? await best() : await named(request);
  const backend = await provider.create(options);
  return { backend, summary: `${backend.name} (${backend.description})` };
}

async function best(): Promise<BackendProvider> {
  let top: { provider: BackendProvider; rank: number } | undefined;
  for (const provider of Object.values(KNOWN)) {
    if (!("create" in provider)) continue;
    const found = await provider.probe();
    if (found.available && found.rank > (top?.rank ?? -Infinity)) top = { provider, rank: found.rank };
  }
  if (top === undefined) throw new DeviceError("Cannot choose a backend: none is available");
  return top.provider;
}

async function named(name: string): Promise<BackendProvider> {
  const known = Object.hasOwn(KNOWN, name) ? KNOWN[name] : undefined;
  if (known && !("create" in known)) throw refusal(name, known);
  const provider = known ?? await plugIn(name);
  const found = await provider.probe();
  if (!found.available) throw refusal(name, found);
  return provider;
}

async function plugIn(specifier: string): Promise<BackendProvider> {
  if (!/^(npm|file):/.test(specifier)) {
    throw new DeviceError(
      `Cannot use backend "${specifier}": known are auto, ${
        Object.keys(KNOWN).join(", ")
      }, or a module as npm:… or file:…`,
    );
  }
  const provider: BackendProvider = (await import(specifier)).default;
  if (provider?.contract !== CONTRACT_VERSION) {
    throw new DeviceError(
      `Cannot use backend "${specifier}": it was written for contract ${provider?.contract}, this version has ` +
        `${CONTRACT_VERSION}; update the older one`,
    );
  }
  return provider;
}

function refusal(name: string, { reason, remedy }: Missing): DeviceError {
  return new DeviceError(`Cannot use backend "${name}": ${reason}; ${remedy}`);
}
