import { fileURLToPath } from "node:url";
import { version } from "@taxon/app-shared";
import { knownBackends, selectBackend } from "@taxon/backend-auto";
import { builtLibrary, hasCargo, isBuilt } from "@taxon/backend-ffi/build";
import { findAdapter } from "@taxon/backend-webgpu";
import { type BackendCheckup, checkBackend } from "./backend_checkup.ts";

/** The graphics adapter that WebGPU prefers. */
export interface AdapterCheckup {
  readonly description: string;
  /** Whether it computes on the processor; `auto` does not take such a one. */
  readonly software: boolean;
  readonly features: readonly string[];
  readonly limits: Readonly<Record<string, number>>;
}

/** A permission that some command asks Deno for. */
export interface PermissionCheckup {
  readonly flag: string;
  readonly purpose: string;
  readonly granted: boolean;
}

/** What `deno task doctor` finds. */
export interface Checkup {
  readonly version: string;
  /** Cores that the process may use. */
  readonly cores: number;
  readonly backends: readonly BackendCheckup[];
  /** The one that `--backend auto` takes, and why not a better one. */
  readonly auto: string;
  readonly adapter?: AdapterCheckup;
  readonly library: { readonly path: string; readonly upToDate: boolean; readonly cargo: boolean };
  readonly permissions: readonly PermissionCheckup[];
}

/** Limits that bound what a model may need, of the many that WebGPU has. */
const LIMITS = [
  "maxBufferSize",
  "maxStorageBufferBindingSize",
  "maxStorageBuffersPerShaderStage",
  "maxComputeWorkgroupStorageSize",
  "maxComputeInvocationsPerWorkgroup",
] as const;

/** Looks at everything that computing depends on. */
export async function checkUp(): Promise<Checkup> {
  const backends: BackendCheckup[] = [];
  for (const provider of knownBackends) backends.push(await checkBackend(provider));
  return {
    version,
    cores: navigator.hardwareConcurrency,
    backends,
    auto: await automatic(),
    adapter: await checkAdapter(),
    library: { path: fileURLToPath(builtLibrary), upToDate: isBuilt(), cargo: await hasCargo() },
    permissions: checkPermissions(),
  };
}

async function automatic(): Promise<string> {
  try {
    const { backend, summary } = await selectBackend("auto");
    backend[Symbol.dispose]();
    return summary;
  } catch (error) {
    return (error as Error).message;
  }
}

async function checkAdapter(): Promise<AdapterCheckup | undefined> {
  const adapter = await findAdapter();
  return adapter && {
    description: adapter.description,
    software: adapter.kind === "software",
    features: [...adapter.gpu.features].sort(),
    limits: Object.fromEntries(LIMITS.map((name) => [name, adapter.gpu.limits[name]])),
  };
}

/** The permissions of the doctor's own task, which are those of the commands that compute. */
function checkPermissions(): PermissionCheckup[] {
  const granted = (permission: Deno.PermissionDescriptor) =>
    Deno.permissions.querySync(permission).state === "granted";
  return [
    { flag: "--allow-read", purpose: "texts and models", granted: granted({ name: "read" }) },
    {
      flag: `--allow-ffi=${fileURLToPath(builtLibrary)}`,
      purpose: "the native library",
      granted: granted({ name: "ffi", path: builtLibrary }),
    },
    {
      flag: "--allow-run=cargo",
      purpose: "building the native library",
      granted: granted({ name: "run", command: "cargo" }),
    },
    {
      flag: "--allow-env=XDG_RUNTIME_DIR",
      purpose: "keeping Linux' graphics loader quiet",
      granted: granted({ name: "env", variable: "XDG_RUNTIME_DIR" }),
    },
  ];
}

/** Whether everything that is there works, and `wanted` is among it. */
export function isHealthy({ backends }: Checkup, wanted: string): boolean {
  const states = new Map(backends.map(({ name, state }) => [name, state]));
  if ([...states.values()].includes("broken")) return false;
  return wanted === "auto" ? [...states.values()].includes("ready") : states.get(wanted) === "ready";
}
