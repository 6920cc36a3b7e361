/** Variable with the time at which `deno task test` gives up, in milliseconds since 1970. */
export const RUN_ENDS = "TAXON_TEST_RUN_ENDS";

/** Before the run is ended, a wait that lasts too long must be able to say what it waited for. */
const MARGIN_MS = 60_000;

/** Milliseconds that a wait may take: all that is left of the run; 0, which is no limit, outside one. */
export function timeLeft(): number {
  const ends = Deno.env.get(RUN_ENDS);
  return ends === undefined ? 0 : Math.max(1, Number(ends) - MARGIN_MS - Date.now());
}
