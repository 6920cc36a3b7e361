/** Variable with the time at which `deno task test` gives up, in milliseconds since 1970. */
export const RUN_ENDS = "TAXON_TEST_RUN_ENDS";

/** Before the run is ended, a wait that lasts too long must be able to say what it waited for. */
const MARGIN_MS = 60_000;

/** Longer than any machine needs for one event, so that what will never come does not take the whole run. */
const LONGEST_MS = 15 * 60_000;

/** Milliseconds that a wait may take: no more than what is left of the run. */
export function timeLeft(): number {
  const ends = Deno.env.get(RUN_ENDS);
  return ends === undefined
    ? LONGEST_MS
    : Math.min(LONGEST_MS, Math.max(1, Number(ends) - MARGIN_MS - Date.now()));
}
