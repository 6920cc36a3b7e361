import { type CaseResult, runConformance } from "@taxon/conformance";
import { type BackendProvider, DeviceError, type FusedOps, type Precision } from "@taxon/tensor";

const PRECISIONS: readonly Precision[] = ["f32", "bf16", "int8"];

/** What a backend offers and how exactly, on this machine. */
export interface Measured {
  readonly name: string;
  readonly description: string;
  readonly dtypes: readonly string[];
  /** Names of the fused methods. */
  readonly fused: readonly (keyof FusedOps)[];
  /** Results of the conformance suite in f32. */
  readonly results: readonly CaseResult[];
  /** Largest error of `linear` in each precision that the backend has. */
  readonly linearErrors: Readonly<Partial<Record<Precision, number>>>;
}

/** Runs the conformance suite on a backend, and the products in every precision. */
export async function measure(provider: BackendProvider): Promise<Measured> {
  const results = await runConformance(provider);
  const linearErrors: Partial<Record<Precision, number>> = {};
  for (const precision of PRECISIONS) {
    const error = await linearError(provider, precision);
    if (error !== undefined) linearErrors[precision] = error;
  }
  using backend = await provider.create();
  return {
    name: provider.name,
    description: backend.description,
    dtypes: backend.capabilities.dtypes,
    fused: Object.keys(backend.fused) as (keyof FusedOps)[],
    results,
    linearErrors,
  };
}

/** Undefined if the backend refuses the precision. The cases' tolerances are those of f32, so only errors count here. */
async function linearError(provider: BackendProvider, precision: Precision): Promise<number | undefined> {
  const inPrecision = { ...provider, create: () => provider.create({ precision }) };
  try {
    return largestError(
      await runConformance(inPrecision, { only: /^linear\/[^ ]+ (?!.*(gradient|composed))/ }),
    );
  } catch (error) {
    if (error instanceof DeviceError) return undefined;
    throw error;
  }
}

/** Largest error of some cases; 0 if all were exact. */
export function largestError(results: readonly CaseResult[]): number {
  return results.reduce((most, { error = 0 }) => Math.max(most, error), 0);
}
