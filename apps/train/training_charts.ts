import type { Curve, CurveChart } from "@taxon/visualization";
import type { RunState } from "./checkpoint.ts";
import type { TrainFlags } from "./command.ts";
import type { SplitResults } from "./measure.ts";

/** What the log of a run tells over its steps. */
export function trainingCharts(
  { log_history, best_global_step: bestStep }: RunState,
  evaluation: SplitResults,
  { maxGradNorm }: TrainFlags,
): CurveChart[] {
  const curve = (key: string, name: string): Curve[] => {
    const points = log_history.flatMap((entry) => {
      return entry[key] === undefined ? [] : [[entry.step, entry[key]] as const];
    });
    return points.length === 0 ? [] : [{ name, points }];
  };
  const noisy = (key: string, name: string) => curve(key, name).map((each) => ({ ...each, noisy: true }));
  const { linear } = evaluation.baselines;
  const metrics = [
    ...curve("eval_macro_f1", "macro F1"),
    ...curve("eval_accuracy", "accuracy"),
    ...curve("eval_pearson", "Pearson correlation"),
    ...curve("eval_spearman", "Spearman correlation"),
  ];
  const baseline = linear.values.macro_f1 ?? linear.values.pearson;
  const charts: CurveChart[] = [
    {
      title: "Loss",
      curves: [
        ...noisy("loss", "training batch"),
        ...curve("eval_log_loss", "evaluation split"),
        ...curve("eval_mse", "evaluation split"),
      ],
      bestStep,
    },
    {
      title: "Metrics on the evaluation split",
      curves: metrics,
      levels: baseline === undefined ? [] : [{
        name: `linear baseline, ${"macro_f1" in linear.values ? "macro F1" : "Pearson"}`,
        value: baseline,
      }],
      bestStep,
    },
    { title: "Learning rate", curves: curve("learning_rate", "learning rate") },
    {
      title: "Norm of the gradient",
      curves: noisy("grad_norm", "before clipping"),
      levels: maxGradNorm > 0 ? [{ name: "clipped to", value: maxGradNorm }] : [],
    },
  ];
  return charts.filter(({ curves }) => curves.length > 0);
}
