/**
 * What Node 20 or 22 lacks of the globals that our sources use. The bundler puts each in the place of the global where
 * a package names it (`globals` in bundle.ts), so that nobody's globals change.
 *
 * @module
 */

/** `Promise.withResolvers`, in Node from 22 on. */
export function withResolvers<T>(): PromiseWithResolvers<T> {
  let resolve!: PromiseWithResolvers<T>["resolve"];
  let reject!: PromiseWithResolvers<T>["reject"];
  const promise = new Promise<T>((...settle) => [resolve, reject] = settle);
  return { promise, resolve, reject };
}

/** `Promise.try`, in Node from 24 on. */
export function promiseTry<T>(run: () => T): Promise<Awaited<T>> {
  return new Promise((resolve) => resolve(run() as Awaited<T>));
}

/** `Map.groupBy`, in Node from 21 on. */
export function mapGroupBy<K, T>(items: Iterable<T>, keyOf: (item: T, index: number) => K): Map<K, T[]> {
  const groups = new Map<K, T[]>();
  let index = 0;
  for (const item of items) {
    const key = keyOf(item, index++);
    const group = groups.get(key);
    if (group) group.push(item);
    else groups.set(key, [item]);
  }
  return groups;
}

/** `Object.groupBy`, in Node from 21 on. */
export function objectGroupBy<K extends PropertyKey, T>(
  items: Iterable<T>,
  keyOf: (item: T, index: number) => K,
): Partial<Record<K, T[]>> {
  return Object.fromEntries(mapGroupBy(items, keyOf)) as Partial<Record<K, T[]>>;
}

/** `Uint8Array.fromBase64`, in Node from 25 on. */
export function fromBase64(base64: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
}

/** The part of `DisposableStack` that is used; in Node from 24 on. */
export class DisposableStack implements Disposable {
  #disposals: (() => void)[] = [];

  use<T extends Disposable>(value: T): T {
    this.defer(() => value[Symbol.dispose]());
    return value;
  }

  defer(dispose: () => void): void {
    this.#disposals.push(dispose);
  }

  move(): DisposableStack {
    const moved = new DisposableStack();
    [moved.#disposals, this.#disposals] = [this.#disposals, moved.#disposals];
    return moved;
  }

  /** Disposes all, the last first, even if one fails; then throws what failed first. */
  dispose(): void {
    const errors: unknown[] = [];
    for (const dispose of this.#disposals.splice(0).reverse()) {
      try {
        dispose();
      } catch (error) {
        errors.push(error);
      }
    }
    if (errors.length > 0) throw errors[0];
  }

  [Symbol.dispose](): void {
    this.dispose();
  }
}

/** `Float16Array`, in Node from 24 on; before, tensors of dtype f16 are refused. Checkpoints in F16 load without it. */
export const Float16Array: Float16ArrayConstructor = /* @__PURE__ */ (() => {
  const refuse = (): never => {
    throw new TypeError(
      "Cannot make an array of f16: this engine has no Float16Array, Node has it from 24 on",
    );
  };
  class NoFloat16Array {
    static from = refuse;
    static of = refuse;
    constructor() {
      refuse();
    }
  }
  return globalThis.Float16Array ?? NoFloat16Array as unknown as Float16ArrayConstructor;
})();
