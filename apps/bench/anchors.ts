import type { EncoderClassifier } from "@taxon/model";
import type { Precision } from "@taxon/tensor";
import { type Input, storedInput } from "./inputs.ts";
import { storedModel } from "./model.ts";
import { openState } from "./stored_state.ts";
import type { WorkloadName } from "./workload.ts";

/** Differences allowed between logits of one model, as a share of the largest of them, by what its products round to. */
const LOGIT_TOLERANCE: Readonly<Record<Precision, number>> = { f32: 1e-3, bf16: 2e-2, int8: 1e-1 };

/** Logits of the first sequence, and who says so. */
export interface Expected {
  logits: ArrayLike<number>;
  source: string;
}

/** What a workload runs on, and the logits that it must give first. */
export interface Anchored {
  model: EncoderClassifier;
  input: Input;
  /** Finds or computes them, which takes memory of its own. */
  expected: () => Promise<Expected>;
}

/**
 * Loads weights and inputs of the comparison systems on the current backend. The expected logits are those that one of
 * them printed for the workload, if a `.jsonl` file of the folder holds its line; else the float64 formula gives them.
 *
 * @param folder Holds workloads.json, seed2.safetensors and seed6.safetensors.
 */
export async function loadAnchored(
  folder: string,
  workload: WorkloadName,
  { layers, input: inputName }: { layers: number; input: string },
): Promise<Anchored> {
  const input = storedInput(await Deno.readTextFile(`${folder}/workloads.json`), inputName);
  const file = `seed${layers}.safetensors`;
  const expected = async () =>
    await recordedLogits(folder, workload) ??
      { logits: await float64Logits(folder, file, input.sequences[0]), source: "the float64 formula" };
  using state = openState(folder, file);
  return { model: storedModel(state.entries), input, expected };
}

function float64Logits(folder: string, file: string, ids: Int32Array): Promise<Float64Array> {
  const worker = new Worker(new URL("./float64_worker.ts", import.meta.url), { type: "module" });
  return new Promise<Float64Array>((resolve, reject) => {
    worker.onmessage = ({ data }) => resolve(data);
    worker.onerror = ({ message }) => reject(new Error(`Cannot compute the logits of ${file}: ${message}`));
    worker.postMessage({ folder, file, ids });
  }).finally(() => worker.terminate());
}

/** Whether no logit differs by more than the precision explains; NaN agrees with nothing. */
export function logitsAgree(
  actual: ArrayLike<number>,
  expected: ArrayLike<number>,
  precision: Precision = "f32",
): boolean {
  const allowed = LOGIT_TOLERANCE[precision] * Math.max(...Array.from(expected, Math.abs));
  return Array.from(expected).every((value, i) => Math.abs(actual[i] - value) <= allowed);
}

/**
 * Checks the logits of the first sequence.
 *
 * @throws {Error} If they disagree with the expected ones.
 */
export function checkLogits(
  workload: string,
  actual: ArrayLike<number>,
  { logits, source }: Expected,
  precision: Precision = "f32",
): void {
  if (logitsAgree(actual, logits, precision)) return;
  throw new Error(
    `Cannot give times of ${workload}: its logits are ${show(actual)}, those of ${source} ${show(logits)}; ` +
      `they may differ by ${LOGIT_TOLERANCE[precision]} of the largest: check weights and backend`,
  );
}

/** The first line about the workload that a system with f32 weights printed. */
async function recordedLogits(folder: string, workload: string): Promise<Expected | undefined> {
  for await (const { name } of Deno.readDir(folder)) {
    if (!name.endsWith(".jsonl")) continue;
    const lines = (await Deno.readTextFile(`${folder}/${name}`)).split("\n").filter((line) =>
      line.trim() !== ""
    );
    for (const line of lines) {
      const { system, workload: about, logits0, out0 } = JSON.parse(line);
      const logits = logits0 ?? out0; // each comparison system has its own name for them
      const rounded = /^taxon|int8|bf16|f16/.test(system); // taxon: its own lines prove nothing
      if (about === workload && Array.isArray(logits) && !rounded) {
        return { logits, source: `${system} in ${name}` };
      }
    }
  }
  return undefined;
}

function show(logits: ArrayLike<number>): string {
  return `[${Array.from(logits, (value) => value.toPrecision(6)).join(", ")}]`;
}
