// As Deno words what the operating system refused: `No space left on device (os error 28): writefile 'runs/a/b.tmp'`
const REFUSED = /^(.+?) \(os error (\d+)\)(?:: (\w+) '(.+?)'.*)?$/s;
const NOT_CAPABLE = /^Requires (read|write|all) access to "(.+?)"/s;

/** Calls that change nothing; all others write. */
const READING = /^(?:read|stat|lstat|realpath|open|watch)/;

/** Why the system, or Deno, refused something, in our words; undefined for any other error. */
export function systemReason(error: unknown): string | undefined {
  if (error instanceof Deno.errors.NotFound) return "no such file or folder";
  if (error instanceof Deno.errors.PermissionDenied || error instanceof Deno.errors.NotCapable) {
    return "no permission";
  }
  if (error instanceof Deno.errors.AddrInUse) return "the port is in use";
  if (!(error instanceof Error)) return undefined;
  if ((error as { code?: unknown }).code === "ENOSPC" || error.message.startsWith("No space left")) {
    return "the disk is full";
  }
  if (error instanceof Deno.errors.IsADirectory) return "it is a folder";
  const [, words] = REFUSED.exec(error.message) ?? [];
  return words && words[0].toLowerCase() + words.slice(1);
}

/** One line for an error of the system that nobody else has described; undefined for any other error. */
export function describeSystemError(error: Error): string | undefined {
  const [, kind, forbidden] = NOT_CAPABLE.exec(error.message) ?? [];
  if (forbidden !== undefined && error instanceof Deno.errors.NotCapable) {
    return `Cannot ${kind === "read" ? "read" : "write to"} ${forbidden}: no permission`;
  }
  const found = REFUSED.exec(error.message);
  if (found === null) return undefined;
  const [, , , call, path] = found;
  const reason = systemReason(error)!;
  if (path === undefined) return `Cannot go on: ${reason}`;
  return `Cannot ${READING.test(call) ? "read" : "write"} ${path.replace(/\.tmp(?=\/|$)/g, "")}: ${reason}`;
}
