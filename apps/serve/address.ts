/** Nobody can listen where the flags say. A file without imports: it is all that `check_address.ts` loads. */
export class AddressError extends Error {
  override name = "AddressError";
  /** What the process ends with: that of a wrong call. */
  readonly exitCode = 2;
}

/** Where to listen. */
export interface Address {
  readonly hostname: string;
  readonly port: number;
}

/** Whether only this machine reaches an address. */
export function isLoopback(hostname: string): boolean {
  return hostname === "localhost" || /^127(\.\d{1,3}){3}$/.test(hostname) || hostname === "::1" ||
    hostname === "[::1]";
}

/** A host as it stands in an address: IPv6 in brackets. */
export function inUrl(hostname: string): string {
  return hostname.includes(":") && !hostname.startsWith("[") ? `[${hostname}]` : hostname;
}

/**
 * Listens for a moment, so that a port in use is noticed before the minutes that loading a model may take.
 *
 * @returns The number of the host.
 * @throws {AddressError} If nobody can listen there.
 */
export function tryToListen({ hostname, port }: Address, flag: string): string {
  try {
    using listener = Deno.listen({ hostname, port });
    return listener.addr.hostname;
  } catch (error) {
    throw new AddressError(`Cannot listen on ${inUrl(hostname)}:${port}: ${reasonOf(error as Error, flag)}`);
  }
}

function reasonOf(error: Error, flag: string): string {
  if (error instanceof Deno.errors.AddrInUse) {
    return `another program has this port; end it, or choose another --${flag}`;
  }
  if (error instanceof Deno.errors.AddrNotAvailable) {
    return "the host is no address of this machine; use --host 127.0.0.1 for this machine alone, 0.0.0.0 for all";
  }
  if (error instanceof Deno.errors.PermissionDenied) {
    return `the system lets only its administrator use this port; choose a --${flag} from 1024 on`;
  }
  if (/lookup|resolve/.test(error.message)) return "the host is not known; choose another --host";
  return error.message;
}
