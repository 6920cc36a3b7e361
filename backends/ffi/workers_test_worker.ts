import { computeOften } from "./test_support.ts";

(globalThis as unknown as Pick<Worker, "postMessage">).postMessage(await computeOften(100));
