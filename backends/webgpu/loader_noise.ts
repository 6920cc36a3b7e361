/** The little of Deno that is used where it exists; browsers have none of it. */
interface Host {
  readonly build: { readonly os: string };
  readonly env: {
    get(name: string): string | undefined;
    set(name: string, value: string): void;
    delete(name: string): void;
  };
  readonly permissions: { querySync(what: { name: "env"; variable: string }): { readonly state: string } };
}

const VARIABLE = "XDG_RUNTIME_DIR";

/**
 * Runs `request` so that Linux' graphics loader does not complain on stderr about a missing XDG_RUNTIME_DIR, which it
 * wants only for windows: any directory will do. Without permission for that variable the complaint stays.
 */
export async function withoutLoaderNoise<T>(request: () => Promise<T>): Promise<T> {
  const host = (globalThis as { Deno?: Host }).Deno;
  if (
    host?.build.os !== "linux" ||
    host.permissions.querySync({ name: "env", variable: VARIABLE }).state !== "granted"
  ) {
    return await request();
  }
  if (host.env.get(VARIABLE) !== undefined) return await request();
  host.env.set(VARIABLE, "/");
  try {
    return await request();
  } finally {
    host.env.delete(VARIABLE);
  }
}
