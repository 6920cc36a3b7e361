/** Makes a value when it is first asked for, and keeps it: what is expected is the same for every backend. */
export function once<T>(make: () => T): () => T {
  let made: { value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}
