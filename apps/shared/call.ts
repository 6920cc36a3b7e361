/** Names the command in messages and help: set by the launcher of `taxon`, which the commands also run under. */
export const CALL_VARIABLE = "TAXON_CALL";

/** What stands before a command's name where it is called: `taxon`, or `deno task` in a checkout. */
export const call: string = calledByTaxon() ? "taxon" : "deno task";

function calledByTaxon(): boolean {
  const permission = { name: "env", variable: CALL_VARIABLE } as const;
  return Deno.permissions.querySync(permission).state === "granted" &&
    Deno.env.get(CALL_VARIABLE) === "taxon";
}
