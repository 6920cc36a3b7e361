import type { DataSummary } from "./data.ts";
import { type Markup, markup } from "./markup.ts";
import { bar, legend, plot } from "./plot.ts";
import { linearScale } from "./scale.ts";

/** How long the texts of each split are: bars side by side, each a share of its split. */
export function lengthFigure({ lengthUnit, splits }: DataSummary): Markup {
  const longest = splits.map(({ lengths }) => lengths.buckets).reduce((a, b) => b.length > a.length ? b : a);
  const from = longest.findIndex((_, i) =>
    splits.some(({ lengths }) => (lengths.buckets[i]?.count ?? 0) > 0)
  );
  const groups = longest.slice(Math.max(0, from));
  const share = (split: DataSummary["splits"][number], group: number) =>
    (split.lengths.buckets[Math.max(0, from) + group]?.count ?? 0) / Math.max(1, split.rows);
  const shares = splits.flatMap((split) => groups.map((_, group) => share(split, group)));
  const y = linearScale([0, ...shares], { label: (value) => `${Math.round(100 * value)} %` });

  const width = 0.8 / splits.length; // of a group; the rest is space
  const marks = splits.map((split, k) =>
    groups.map((_, group) => {
      const left = (group + 0.1 + k * width) / groups.length;
      return bar(left, left + width * 0.92 / groups.length, y.place(share(split, group)), `split-${k + 1}`);
    })
  );
  const summary = splits.map(({ name, lengths: { min, median, p95, max } }) =>
    `${name}: shortest ${min}, median ${median}, 95 % at most ${p95}, longest ${max} ${lengthUnit}.`
  ).join(" ");
  return markup`<figure><figcaption><h3>Lengths</h3>${
    legend(splits.map(({ name }, k) => ({ className: `swatch split-${k + 1}`, name })))
  }</figcaption>${
    plot({
      summary: `Lengths of the texts. ${summary}`,
      x: {
        title: `${lengthUnit} of a text, at most`,
        ticks: groups.map(({ to }, group) => ({
          at: (group + 0.5) / groups.length,
          label: `${to}`,
        })),
      },
      y,
      marks,
    })
  }</figure>`;
}
