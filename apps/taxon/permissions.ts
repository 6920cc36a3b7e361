import { CALL_VARIABLE } from "@taxon/app-shared";
import { fileURLToPath } from "node:url";
import type { Entry } from "./commands.ts";

/** A set of permissions as the root's deno.json has it. */
export type PermissionSet = Readonly<Record<string, true | readonly string[]>>;

/** What a command's process is started with besides its set. */
export interface Grants {
  /** The folder that holds deno.json; paths of sets are relative to it. */
  readonly root: URL;
  /** The program of Deno itself. */
  readonly deno: string;
  /** Hosts that downloading a model may reach. */
  readonly hosts: readonly string[];
}

/** The arguments of `deno run` that give a command what its task has, and no more. */
export function permissionFlags(entry: Entry, set: PermissionSet, { root, deno, hosts }: Grants): string[] {
  const lists = new Map<string, true | readonly string[]>(Object.entries(set));
  const extend = (name: string, values: readonly string[]) => {
    const known = lists.get(name) ?? [];
    if (known !== true) lists.set(name, [...known, ...values]);
  };
  extend("env", [CALL_VARIABLE]);
  if (entry.hub) extend("net", hosts);
  if (entry.deno) extend("run", [deno, "cargo"]);
  return [...lists].map(([name, values]) => {
    if (values === true) return `--allow-${name}`;
    const resolved = name === "ffi" ? values.map((path) => fileURLToPath(new URL(path, root))) : values;
    return `--allow-${name}=${resolved.map((value) => value.replaceAll(",", ",,")).join(",")}`;
  });
}
