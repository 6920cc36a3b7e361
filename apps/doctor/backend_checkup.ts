import { type Backend, type BackendProvider, matmul, tensor } from "@taxon/tensor";

/** How a backend does on this machine. */
export interface BackendCheckup {
  readonly name: string;
  /** Ready; missing, which is no fault; or broken: there, but without a right answer. */
  readonly state: "ready" | "missing" | "broken";
  /** Device and features; what is missing or wrong. */
  readonly description: string;
  /** What to do about it, where something is missing. */
  readonly remedy?: string;
  /** Element types that it stores. */
  readonly dtypes?: readonly string[];
  /** Largest tensor. */
  readonly maxBufferBytes?: number;
}

/** Creates the backend if it is there, and has it multiply two matrices. */
export async function checkBackend(provider: BackendProvider): Promise<BackendCheckup> {
  const { name } = provider;
  try {
    const found = await provider.probe();
    if (!found.available) {
      return { name, state: "missing", description: found.reason, remedy: found.remedy };
    }
    using backend = await provider.create();
    const { dtypes, maxBufferBytes } = backend.capabilities;
    const { description } = backend;
    const product = await squareOf(Float32Array.of(1, 2, 3, 4), backend);
    if (product.join() !== "7,10,15,22") {
      const wrong = `${description}: the square of [[1, 2], [3, 4]] came out as ${product}`;
      return { name, state: "broken", description: wrong };
    }
    return { name, state: "ready", description, dtypes, maxBufferBytes };
  } catch (error) {
    return { name, state: "broken", description: (error as Error).message };
  }
}

/** The square of a matrix, [2, 2]. */
async function squareOf(elements: Float32Array, backend: Backend): Promise<Float32Array> {
  using x = tensor(elements, [2, 2], { backend });
  using y = matmul(x, x);
  return await y.data<Float32Array>();
}
