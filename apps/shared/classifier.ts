import { selectBackend } from "@taxon/backend-auto";
import { ModelFolder, TextClassifier } from "@taxon/classifier";
import type { BackendOptions } from "@taxon/tensor";

/** Which backend to use, and how. */
export interface OpenOptions extends BackendOptions {
  readonly backend?: string;
}

/** A classifier on a backend of its own, which goes with it. */
export interface OpenClassifier extends Disposable {
  readonly classifier: TextClassifier;
  /** How the backend was chosen, in words. */
  readonly backendSummary: string;
}

/**
 * Loads a classifier from a folder onto the backend that was asked for.
 *
 * @throws {Error} If a file is missing, naming it; if the tokenizer and the model do not fit.
 */
export async function openClassifier(
  from: string | ModelFolder,
  { backend: name, threads, precision }: OpenOptions = {},
): Promise<OpenClassifier> {
  const folder = typeof from === "string" ? new ModelFolder(from) : from;
  folder.config(); // before a backend is made for nothing
  using stack = new DisposableStack();
  const { backend, summary } = await selectBackend(name, { threads, precision });
  stack.use(backend);
  const classifier = stack.use(await TextClassifier.open(folder, { backend }));
  const held = stack.move();
  return { classifier, backendSummary: summary, [Symbol.dispose]: () => held.dispose() };
}
