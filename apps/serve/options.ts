import { computeFlags, defineCommand, flagName, type FlagValues, UsageError } from "@taxon/app-shared";
import { DEFAULT_LIMITS } from "@taxon/serving";
import { GUARD_LIMITS } from "./guard/guarded_server.ts";

const limitFlag = { type: "number", integer: true, min: 1 } as const;

/** What the server takes, however it is started. */
export const serverFlags = {
  model: {
    type: "list",
    placeholder: "FOLDER",
    description:
      "Folder of a trained model; repeat it, as ID=FOLDER, to serve several; the first answers by default",
  },
  ...computeFlags,
  maxBatchTokens: {
    ...limitFlag,
    default: DEFAULT_LIMITS.maxBatchTokens,
    description: "Tokens that are computed together",
  },
  maxClientBatchSize: {
    ...limitFlag,
    default: DEFAULT_LIMITS.maxClientBatchSize,
    description: "Texts of one request",
  },
  maxConcurrentRequests: {
    ...limitFlag,
    default: DEFAULT_LIMITS.maxConcurrentRequests,
    description: "Texts being answered; more are refused with 429",
  },
  maxConcurrentBytes: {
    ...limitFlag,
    default: DEFAULT_LIMITS.maxConcurrentBytes,
    description: "Bytes of the bodies that are arriving or being answered; more are refused with 429",
  },
  maxExplainTokens: {
    ...limitFlag,
    default: DEFAULT_LIMITS.maxExplainTokens,
    description: "Tokens of a text that is explained; more are refused with 422",
  },
  payloadLimit: {
    ...limitFlag,
    default: DEFAULT_LIMITS.payloadLimit,
    description: "Bytes of a request body",
  },
  autoTruncate: {
    type: "boolean",
    default: true,
    description: "Refuse texts that are too long, instead of cutting them",
  },
  ui: {
    type: "boolean",
    default: true,
    description: "Offer browsers no page at / that shows what the model attends to",
  },
  apiKey: {
    type: "string",
    placeholder: "KEY",
    description: "Key that clients must send; better in the variable API_KEY, which other users cannot see",
  },
  apiKeyFile: { type: "string", placeholder: "FILE", description: "File that holds the key" },
  key: {
    type: "boolean",
    default: true,
    description: "Let everybody in who reaches the server, on an address beyond this machine, too",
  },
  allowHost: {
    type: "list",
    placeholder: "NAME",
    description: "Name that a server without a key may be asked by, besides numbers and localhost",
  },
  metricsKey: { type: "boolean", description: "Ask for the key on /metrics, too" },
  corsAllowOrigin: {
    type: "list",
    placeholder: "ORIGIN",
    description: "Origin whose pages may call the server, or *",
  },
  metricsPort: {
    type: "number",
    integer: true,
    min: 1,
    max: 65535,
    description: "Second port with nothing but /metrics",
  },
  jsonLogs: { type: "boolean", default: true, description: "Log plain lines instead of JSON" },
} as const;

/** What only `deno task serve` takes: under `deno serve` the port and its connections are Deno's business. */
const listenerFlags = {
  host: { type: "string", placeholder: "HOST", default: "127.0.0.1", description: "Address to listen on" },
  port: {
    type: "number",
    integer: true,
    min: 0,
    max: 65535,
    default: 8080,
    description: "Port to listen on; 0 takes a free one",
  },
  maxConnections: {
    ...limitFlag,
    default: GUARD_LIMITS.maxConnections,
    description: "Open connections; for one more, that without work for longest is closed",
  },
} as const;

/** `deno task serve`. */
export const serveCommand = defineCommand({
  name: "serve",
  summary: "Serves trained classifiers over HTTP.",
  flags: { ...serverFlags, ...listenerFlags },
  examples: [
    {
      purpose: "Serve a model on this machine, with the API described at /docs",
      args: "--model runs/helpdesk-1",
    },
    {
      purpose: "Serve two models on the network, for those who know the key",
      args: "--model runs/en,runs/de --host 0.0.0.0 --api-key-file key.txt",
    },
  ],
});

/** `deno serve apps/serve/main.ts`: the same without address and connections, which are Deno's business then. */
export const mainCommand = defineCommand({ ...serveCommand, flags: serverFlags });

/** Checked values of the flags of {@linkcode mainCommand}. */
export type ServerOptions = FlagValues<typeof serverFlags>;

/** A model to serve. */
export interface ModelSource {
  readonly id: string;
  readonly folder: string;
}

/**
 * Reads `--model FOLDER` and `--model ID=FOLDER`; without an id the folder's name serves as one.
 *
 * @throws {UsageError} If there is no model, or an id is unusable or given twice.
 */
export function readModelSources(values: readonly string[]): ModelSource[] {
  if (values.length === 0) throw new UsageError("Cannot start without a model: write --model FOLDER");
  const sources = values.map((value) => {
    const [, id, folder] = /^([^=/\\]+)=(.+)$/.exec(value) ?? [];
    return id === undefined ? { id: nameOf(value), folder: value } : { id, folder };
  });
  for (const [i, { id, folder }] of sources.entries()) {
    if (!/^[\w.-]{1,128}$/.test(id)) {
      throw new UsageError(
        `Cannot serve ${folder} as "${id}": an id holds 1 to 128 letters, digits, "_", "-" or "."`,
      );
    }
    const other = sources.findIndex((source) => source.id === id);
    if (other < i) {
      throw new UsageError(
        `Cannot serve ${sources[other].folder} and ${folder} both as "${id}": write --model ID=FOLDER`,
      );
    }
  }
  return sources;
}

/** The flags that pass from the launcher to the server as they are: all but models, key and address. */
export function writeFlags(flags: ServerOptions): string[] {
  return Object.keys(serverFlags).flatMap((property) => {
    if (property === "model" || property === "apiKey" || property === "apiKeyFile") return [];
    const value = flags[property as keyof ServerOptions];
    const name = flagName(property);
    if (value === undefined) return [];
    if (Array.isArray(value)) return value.map((item) => `--${name}=${item}`);
    return [`--${name}=${value}`];
  });
}

/** The last part of a path, with what an id may not hold replaced. */
function nameOf(folder: string): string {
  const name = folder.split(/[/\\]/).filter((part) => part && part !== ".").at(-1) ?? "";
  return name.replaceAll(/[^\w.-]/g, "-").slice(0, 128) || "model";
}
