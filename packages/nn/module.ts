import {
  assign,
  type HostArray,
  keep,
  numel,
  sameShape,
  type Shape,
  ShapeError,
  showShape,
  Tensor,
  tensor,
  zeros,
} from "@taxon/tensor";
import type { Initializer } from "./init.ts";

/** A trained tensor: lives outside scopes and is written in place by the optimiser. */
export type Parameter = Tensor;

/** How each parameter is filled by `Module.initialize`. */
const initializers = new WeakMap<Parameter, Initializer>();

/** Makes a parameter of zeros on the current backend, to be filled by `Module.initialize` or `loadStateDict`. */
export function parameter(shape: Shape, initializer: Initializer): Parameter {
  const created = keep(zeros(shape));
  initializers.set(created, initializer);
  return created;
}

/** Values of a parameter on the host, row-major. */
export interface StateEntry {
  /** As the parameter's. */
  shape: Shape;
  /** One f32 for each element. */
  data: Float32Array;
}

/**
 * A layer, or a stack of them: its fields are its parameters, other modules, and arrays of modules. The path of
 * fields is a parameter's name, e.g. `layers.0.attention.query.weight`; absent fields (undefined) have none. Tables
 * that are computed rather than trained sit in #private fields, which are not walked.
 */
export abstract class Module implements Disposable {
  /** Parameters by name, in the order of the fields. */
  namedParameters(): Map<string, Parameter> {
    return new Map(walk(this, ""));
  }

  /** What is walked for parameters, under the names that stand in theirs; a module may leave one of its own out. */
  namedFields(): [string, unknown][] {
    return Object.entries(this);
  }

  /**
   * Fills parameters from a stream keyed by their names: the result does not depend on the order of layers.
   *
   * @param names Those that are filled; default all.
   */
  initialize(seed: number, names?: readonly string[]): this {
    for (const [name, param] of this.namedParameters()) {
      if (names && !names.includes(name)) continue;
      const values = initializers.get(param)!(param.shape, seed, name);
      using source = tensor(values, param.shape, { backend: param.backend });
      assign(param, source);
    }
    return this;
  }

  /** Number of trained values. */
  parameterCount(): number {
    return [...this.namedParameters().values()].reduce((total, { shape }) => total + numel(shape), 0);
  }

  /** Copies of all parameters on the host. */
  async stateDict(): Promise<Map<string, StateEntry>> {
    const entries = [...this.namedParameters()].map(async ([name, param]): Promise<[string, StateEntry]> => {
      return [name, { shape: param.shape, data: await param.data() }];
    });
    return new Map(await Promise.all(entries));
  }

  /**
   * Overwrites all parameters.
   *
   * @throws {TypeError} If a name is missing or left over, naming all of them.
   * @throws {ShapeError} If a shape differs.
   */
  loadStateDict(state: ReadonlyMap<string, StateEntry>): void {
    const params = this.namedParameters();
    const missing = [...params.keys()].filter((name) => !state.has(name));
    const unexpected = [...state.keys()].filter((name) => !params.has(name));
    if (missing.length > 0 || unexpected.length > 0) {
      throw new TypeError(
        `Cannot load the state: ${missing.length} parameters are missing (${abbreviate(missing)}), ` +
          `${unexpected.length} are not part of the model (${abbreviate(unexpected)})`,
      );
    }
    for (const [name, param] of params) {
      const { shape } = state.get(name)!;
      if (!sameShape(shape, param.shape)) {
        throw new ShapeError(
          `Cannot load ${name}: the state holds ${showShape(shape)}, the model expects ${
            showShape(param.shape)
          }`,
        );
      }
    }
    for (const [name, param] of params) {
      using source = tensor(state.get(name)!.data as HostArray, param.shape, { backend: param.backend });
      assign(param, source);
    }
  }

  /** Gives the memory of all parameters back, and what else the modules inside hold. */
  [Symbol.dispose](): void {
    for (const child of Object.values(this).flat(Infinity)) {
      if (child instanceof Tensor || child instanceof Module) child[Symbol.dispose]();
    }
  }
}

function* walk(value: unknown, path: string): Generator<[string, Parameter]> {
  if (value instanceof Tensor) yield [path, value];
  else if (value instanceof Module || Array.isArray(value)) {
    for (const [field, child] of value instanceof Module ? value.namedFields() : Object.entries(value)) {
      yield* walk(child, path === "" ? field : `${path}.${field}`);
    }
  }
}

function abbreviate(names: readonly string[]): string {
  return names.length === 0 ? "none" : names.slice(0, 5).join(", ") + (names.length > 5 ? ", …" : "");
}
