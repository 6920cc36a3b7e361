/**
 * Told how much of some work is done, 0 … 1, every few milliseconds of it; what it throws ends the work. Results do not
 * depend on it.
 */
export type OnProgress = (share: number) => void;

/** Progress of a part of the work, which reaches from one share to another. */
export function partOf(onProgress: OnProgress, from: number, to: number): OnProgress {
  return (share) => onProgress(from + (to - from) * share);
}
