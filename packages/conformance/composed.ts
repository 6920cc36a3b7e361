import type { Backend } from "@taxon/tensor";

/** The same backend as if it offered no fused op, so that each is composed from primitives. */
export function withoutFused(backend: Backend): Backend {
  return new Proxy(backend, {
    get(target, property) {
      if (property === "fused") return {};
      const value = Reflect.get(target, property, target); // private fields need the backend itself as `this`
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}
