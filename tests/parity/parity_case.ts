import type { Backend } from "@taxon/tensor";
import type { WorstErrors } from "./checker.ts";

/** A recorded case, to be run on each backend as a test named `<folder>/<case> on <backend>`. */
export interface ParityCase {
  /** `<folder>/<case>` */
  name: string;
  /** Fails with all differences; says how small they are. Absent for a case that cannot run, `skip` says why. */
  run?: (backend: Backend) => Promise<WorstErrors | void>;
  skip?: string;
  /** For what no backend computes: runs once, under the name `on cpu`. */
  hostOnly?: boolean;
}
