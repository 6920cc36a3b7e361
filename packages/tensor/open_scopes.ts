/** What a scope gives back: tensors, of which no more needs to be known here. */
interface Owned {
  dispose(): void;
}

/** The scopes that are open, the innermost last, with what was made in each. */
export const scopes: Set<Owned>[] = [];

/** Registers a new tensor with the innermost scope. */
export function adopt(tensor: Owned): void {
  scopes.at(-1)?.add(tensor);
}
