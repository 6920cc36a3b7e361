import type { Curve, CurveChart } from "./data.ts";
import { type Markup, markup } from "./markup.ts";
import { short } from "./number.ts";
import { dotsAt, legend, pathThrough, plot } from "./plot.ts";
import { linearScale } from "./scale.ts";
import { movingAverage, type Point, thin } from "./series.ts";

/** More do not fit into the pixels of a diagram. */
const SHOWN_POINTS = 800;
/** The moving average spans this share of a curve on each side. */
const REACH = 1 / 40;
/** Curves of at most so many points get a dot at each. */
const DOTTED = 40;

/** Curves over steps, with constants to compare with and the step that was kept. */
export function curveFigure({ title, curves, levels = [], bestStep }: CurveChart): Markup {
  const points = curves.flatMap((curve) => curve.points);
  const x = linearScale([0, ...points.map(([step]) => step)], { exact: true });
  const y = linearScale([...fromZero(points.map(([, value]) => value)), ...levels.map(({ value }) => value)]);
  const placed = (all: readonly Point[]) =>
    thin(all.filter(([, value]) => Number.isFinite(value)), SHOWN_POINTS)
      .map(([step, value]) => [x.place(step), y.place(value)] as const);

  const marks = [
    bestStep === undefined
      ? undefined
      : markup`<path class="best" d="${pathThrough([[x.place(bestStep), 0], [x.place(bestStep), 1]])}"/>`,
    levels.map(({ value }, i) =>
      markup`<path class="level level-${i + 1}" d="${
        pathThrough([[0, y.place(value)], [1, y.place(value)]])
      }"/>`
    ),
    curves.map(({ points, noisy }, i) => {
      const line = noisy ? movingAverage(points, Math.ceil(points.length * REACH)) : points;
      return [
        noisy
          ? markup`<path class="curve noise curve-${i + 1}" d="${pathThrough(placed(points))}"/>`
          : undefined,
        markup`<path class="curve curve-${i + 1}" d="${pathThrough(placed(line))}"/>`,
        line.length <= DOTTED
          ? markup`<path class="dots curve-${i + 1}" d="${dotsAt(placed(line))}"/>`
          : undefined,
      ];
    }),
  ];
  const keys = [
    ...curves.map(({ name, noisy }, i) => ({
      className: `curve curve-${i + 1}`,
      name: noisy ? `${name}, moving average` : name,
    })),
    ...levels.map(({ name, value }, i) => ({
      className: `level level-${i + 1}`,
      name: `${name} ${short(value)}`,
    })),
    ...(bestStep === undefined ? [] : [{ className: "best", name: `kept: step ${bestStep}` }]),
  ];
  return markup`<figure><figcaption><h3>${title}</h3>${legend(keys)}</figcaption>${
    plot({
      summary: `${title}. ${curves.map(summarize).join(" ")}`,
      x: { title: "step", ticks: x.ticks },
      y,
      marks,
    })
  }</figure>`;
}

/** Values that are never negative are shown with their zero, unless all lie far from it. */
function fromZero(values: readonly number[]): readonly number[] {
  const finite = values.filter(Number.isFinite);
  const low = finite.reduce((a, b) => Math.min(a, b), Infinity);
  const high = finite.reduce((a, b) => Math.max(a, b), -Infinity);
  return low > 0 && low < 0.7 * high ? [0, ...finite] : finite;
}

function summarize({ name, points }: Curve): string {
  const finite = points.filter(([, y]) => Number.isFinite(y));
  if (finite.length === 0) return `${name} has no values.`;
  const [[firstStep, first], [lastStep, last]] = [finite[0], finite[finite.length - 1]];
  const low = finite.reduce((a, b) => b[1] < a[1] ? b : a);
  const high = finite.reduce((a, b) => b[1] > a[1] ? b : a);
  return `${name}: ${short(first)} at step ${firstStep}, ${short(last)} at step ${lastStep}; ` +
    `lowest ${short(low[1])} at step ${low[0]}, highest ${short(high[1])} at step ${high[0]}.`;
}
