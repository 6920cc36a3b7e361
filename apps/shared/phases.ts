import type { Interrupt } from "./interrupt.ts";
import { Progress } from "./progress.ts";

/** Work shorter than this shows no bar. */
const SHOWN_AFTER_MS = 1000;
const LOOK_EVERY_MS = 20;

/**
 * Begins a phase of work that computes without waiting. The function that it gives is called with the share that is
 * done: it shows a bar where the work takes a while, and throws when Ctrl-C was pressed.
 */
export type BeginPhase = (label: string) => (share: number) => void;

/** How phases show themselves. */
export interface PhaseOptions {
  quiet: boolean;
  progress: boolean;
}

/** Phases that end on request. */
export function interruptiblePhases(interrupt: Interrupt, { quiet, progress }: PhaseOptions): BeginPhase {
  return (label) => {
    const start = performance.now();
    let looked = start;
    const bar = new Progress({ label, total: 100, unit: "%" });
    let shown = false;
    return (share) => {
      const now = performance.now();
      if (share < 1 && now - looked < LOOK_EVERY_MS) return;
      looked = now;
      if (interrupt.requested) bar.clear();
      interrupt.check();
      shown ||= share < 1 && now - start >= SHOWN_AFTER_MS;
      if (quiet || !progress || !shown) return;
      bar.update(Math.floor(100 * share));
    };
  };
}
