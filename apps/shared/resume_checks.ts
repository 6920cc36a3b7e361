import { describeChange, type ReadData } from "./data_fingerprint.ts";
import { UsageError } from "./flags.ts";
import type { Log } from "./log.ts";
import type { Run, RunFlags } from "./run_folder.ts";

/**
 * Refuses to go on with other data than a run was started with.
 *
 * @throws {UsageError} If a row of a split has changed, naming the file.
 */
export function requireSameData({ resumed }: Run<RunFlags>, now: ReadData, log: Log): void {
  if (resumed === undefined) return;
  const { path, checkpoint, data } = resumed;
  if (data === undefined) {
    if (checkpoint === undefined) return; // nothing was learnt yet
    return log.warn(`${path} does not say what data it was started with: make sure that it is the same`);
  }
  const change = describeChange(data, now);
  if (change === undefined) return;
  throw new UsageError(
    `Cannot resume ${path}: ${change}; bring back what it was started with, or start anew with another --output`,
  );
}

/** Warns where a run goes on on another backend than it was computed on, or may do so. */
export function warnOfOtherBackend({ resumed }: Run<RunFlags>, backend: string, log: Log): void {
  if (resumed?.checkpoint === undefined || resumed.backend === backend) return;
  const { path, backend: before } = resumed;
  log.warn(
    before === undefined
      ? `${path} does not say where it was computed: unless that was ${backend}, its weights will be others`
      : `${path} was computed on ${before} and goes on on ${backend}, as you say: its weights will be others than ` +
        `either gives alone`,
  );
}
