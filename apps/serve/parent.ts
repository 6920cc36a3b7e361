const CHECK_MS = 500;

/**
 * Calls `act` when `deno task` ends without taking its command along, as it does when it is killed. Whoever starts the
 * launcher in another way may leave it running: only `deno task` sets INIT_CWD.
 */
export function whenParentEnds(act: () => void): void {
  const permission = Deno.permissions.querySync({ name: "env", variable: "INIT_CWD" });
  if (permission.state !== "granted" || Deno.env.get("INIT_CWD") === undefined) return;
  const parent = Deno.ppid;
  const timer = setInterval(() => {
    if (Deno.ppid === parent) return;
    clearInterval(timer);
    act();
  }, CHECK_MS);
  Deno.unrefTimer(timer);
}
