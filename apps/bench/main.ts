import { createLog, runMain, version } from "@taxon/app-shared";
import { selectBackend } from "@taxon/backend-auto";
import { useBackend } from "@taxon/tensor";
import { command } from "./command.ts";
import { type Measured, runWorkload } from "./run_workload.ts";

const DEFAULT_BUDGET_S = 6;

await runMain(command, async ({ flags }) => {
  const log = createLog();
  const folder = Deno.env.get("ANCHORS_DATA") || undefined;
  const budget = flags.budget ?? Number(Deno.env.get("ANCHORS_BUDGET_S") ?? DEFAULT_BUDGET_S);
  const { threads, precision } = flags;
  const { backend, summary } = await selectBackend(flags.backend, { threads, precision });
  using _ = useBackend(backend);
  log.note(`backend: ${summary}`);
  log.note(
    folder ? `weights and inputs: ${folder}, logits checked` : "weights and inputs: seeded",
  );
  for (const workload of flags.workloads) {
    const measured = await runWorkload(workload, { folder, budgetMs: 1000 * budget, precision });
    const system = `${version.split(" (")[0]} ${backend.name}`; // taxon 0.1.0 cpu
    log.result(
      JSON.stringify({ system, workload, ...report(measured), threads: backend.capabilities.threads ?? 1 }),
    );
  }
});

/** The fields that all compared systems print, in their units. */
function report(
  { medianMs, minMs, iters, peakBytes, input, logits0, losses, deviceCalls }: Measured,
): Record<string, unknown> {
  const perSecond = (count: number) => round(1000 * count / medianMs);
  return {
    ms_median: round(medianMs),
    ms_min: round(minMs),
    seqs_per_s: perSecond(input.sequences.length),
    tokens_per_s: perSecond(input.tokens),
    peak_rss_mb: round(peakBytes / 2 ** 20),
    iters,
    logits0,
    ...losses && { losses },
    ...deviceCalls, // submits, dispatches and readbacks of one call
  };
}

function round(value: number): number {
  return Number(value.toFixed(3));
}
