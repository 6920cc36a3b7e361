import { DeviceError } from "@taxon/tensor";
import type * as OperatingSystem from "node:os";
import type { Worker as NodeWorker } from "node:worker_threads";
import { work, type WorkerData } from "./worker.ts";

/** The part of Node's module that is used; Deno has it too. */
interface WorkerThreads {
  readonly Worker: typeof NodeWorker;
}

/** What is there in Deno and Node and not in browsers, or the other way round. */
interface Host {
  readonly process?: {
    getBuiltinModule?(name: "node:worker_threads"): WorkerThreads;
    getBuiltinModule?(name: "node:os"): typeof OperatingSystem;
  };
  readonly navigator?: { readonly hardwareConcurrency: number };
  readonly document?: unknown;
  readonly crossOriginIsolated?: boolean;
}

const host = globalThis as Host;

// Asked for at run time, as an import of it would not load in a browser.
const workerThreads = host.process?.getBuiltinModule?.("node:worker_threads");

/**
 * Why the calling thread cannot share its work with others; undefined if it can. A browser lets a page share memory only
 * if it is isolated from other sites, and never lets the thread that draws it wait.
 */
export function whyNoWorkers(): string | undefined {
  if (workerThreads !== undefined) return undefined;
  if (!host.crossOriginIsolated) return "this page is not isolated from other sites";
  return host.document === undefined ? undefined : "the thread of a page may not wait for others";
}

/** How many threads compute at once: the cores that the process may use. Node 20 has no `navigator`. */
export function processors(): number {
  return host.navigator?.hardwareConcurrency ??
    host.process?.getBuiltinModule?.("node:os").availableParallelism() ?? 1;
}

/** A thread that computes until it is ended. */
export interface ComputingThread {
  /** Resolves once it takes part: at once, unless it starts only while the calling thread is idle, as in browsers. */
  readonly started: Promise<void>;
  terminate(): unknown;
}

/** Starts a thread. */
export function startWorker(data: WorkerData): ComputingThread {
  if (workerThreads === undefined) return startWebWorker(data);
  // Not the web's Worker: that one cannot be unreferenced and would keep the process alive. Without env it would copy
  // the variables, for which Deno asks the user.
  const source = `(${work})(require("node:worker_threads").workerData)`;
  const worker = new workerThreads.Worker(source, { eval: true, env: {}, workerData: data });
  worker.unref();
  return { started: Promise.resolve(), terminate: () => worker.terminate() };
}

function startWebWorker(data: WorkerData): ComputingThread {
  const source = `onmessage = ({ data }) => { postMessage("started"); (${work})(data); }`;
  const url = URL.createObjectURL(new Blob([source]));
  const worker = new Worker(url);
  worker.postMessage(data);
  const started = new Promise<void>((resolve, reject) => {
    worker.onmessage = () => resolve();
    worker.onerror = ({ message }) =>
      reject(
        new DeviceError(`Cannot start a thread on the cpu: ${message || "the page's policy forbids it"}`),
      );
  });
  return { started: started.finally(() => URL.revokeObjectURL(url)), terminate: () => worker.terminate() };
}
