import type { Backend } from "@taxon/tensor";

/** A recorded case, to be run on each backend as a test named `<folder>/<case> on <backend>`. */
export interface ParityCase {
  /** `<folder>/<case>` */
  name: string;
  /** Fails with all differences; absent for a case that cannot run, `skip` says why. */
  run?: (backend: Backend) => Promise<void>;
  skip?: string;
  /** For what no backend computes: runs once, under the name `on cpu`. */
  hostOnly?: boolean;
}
