import type { Backend, BackendProvider } from "@taxon/tensor";
import type { ConformanceCase } from "./case.ts";
import { ConformanceError, NotApplicable } from "./errors.ts";
import { conformanceCases } from "./cases/all.ts";
import { CaseContext } from "./context.ts";

/** A case that a backend is known not to meet; the reason shows in the output. */
export interface Skip {
  /** Name of the case. */
  readonly case: string;
  /** Why the backend does not meet it. */
  readonly reason: string;
}

/** Which cases run. */
export interface ConformanceOptions {
  /** Cases left out, each with its reason. */
  readonly skip?: readonly Skip[];
  /** Only cases whose name matches; useful while a backend grows op by op. */
  readonly only?: RegExp;
}

/** How a case ended. */
export interface CaseResult {
  /** Name of the case. */
  readonly name: string;
  /** Skipped covers cases that do not concern the backend, too. */
  readonly status: "passed" | "failed" | "skipped";
  /** Why it failed or was skipped. */
  readonly reason?: string;
  /** Largest error as a share of what the tolerance allows; absent if nothing was compared within a tolerance. */
  readonly worst?: number;
  /** Largest error of an element, absolute below 1 and relative above; 0 if all were exact. */
  readonly error?: number;
  /** Wall time. */
  readonly milliseconds: number;
}

/** A case with the reason to skip it, if there is one. */
export interface PlannedCase {
  readonly case: ConformanceCase;
  readonly skip?: string;
}

/**
 * The cases that `options` select.
 *
 * @throws {TypeError} If a skip has no reason or names no case.
 */
export function planCases({ skip = [], only }: ConformanceOptions): PlannedCase[] {
  const names = new Set(conformanceCases.map(({ name }) => name));
  const reasons = new Map<string, string>();
  for (const { case: name, reason } of skip) {
    if (!names.has(name)) {
      throw new TypeError(`Cannot skip case "${name}": there is none of this name; see conformanceCases`);
    }
    if (!reason?.trim()) {
      throw new TypeError(
        `Cannot skip case "${name}" without a reason: say why the backend does not meet it`,
      );
    }
    reasons.set(name, reason);
  }
  return conformanceCases
    .filter(({ name }) => only === undefined || only.test(name))
    .map((planned) => ({ case: planned, skip: reasons.get(planned.name) }));
}

/** Runs one case; a failure is in the result, never thrown. */
export async function runCase(
  conformanceCase: ConformanceCase,
  backend: Backend,
  provider: BackendProvider,
): Promise<CaseResult> {
  const { name } = conformanceCase;
  const start = performance.now();
  const before = backend.memory().buffers;
  const context = new CaseContext(backend, provider);
  const result = (status: CaseResult["status"], reason?: string): CaseResult => ({
    name,
    status,
    reason,
    worst: context.worst || undefined,
    error: context.error,
    milliseconds: performance.now() - start,
  });
  try {
    try {
      await conformanceCase.run(context);
    } finally {
      context[Symbol.dispose]();
    }
    const after = backend.memory().buffers;
    if (after !== before) {
      throw new ConformanceError(`leaked: ${before} live buffers before the case, ${after} after it`);
    }
  } catch (error) {
    if (error instanceof NotApplicable) return result("skipped", error.message);
    const { message, stack } = error as Error;
    return result("failed", error instanceof ConformanceError ? message : stack ?? message);
  }
  return result("passed");
}

/**
 * Runs the conformance cases on a new backend without a test runner.
 *
 * @throws {TypeError} If a skip has no reason or names no case.
 */
export async function runConformance(
  provider: BackendProvider,
  options: ConformanceOptions = {},
): Promise<CaseResult[]> {
  const plan = planCases(options);
  using backend = await provider.create();
  const results: CaseResult[] = [];
  for (const { case: planned, skip } of plan) {
    results.push(
      skip === undefined
        ? await runCase(planned, backend, provider)
        : { name: planned.name, status: "skipped", reason: skip, milliseconds: 0 },
    );
  }
  return results;
}
