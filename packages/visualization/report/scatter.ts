import { type Markup, markup } from "./markup.ts";
import { count } from "./number.ts";
import { dotsAt, legend, pathThrough, plot } from "./plot.ts";
import { linearScale } from "./scale.ts";
import type { Point } from "./series.ts";

const SHOWN_POINTS = 3000;

/** Prediction over truth, both axes with one scale; on the diagonal they are equal. */
export function scatterFigure(points: readonly Point[]): Markup {
  const scale = linearScale(points.flat());
  const stride = Math.ceil(points.length / SHOWN_POINTS);
  const shown = points.filter((_, i) => i % stride === 0);
  const note = stride > 1 ? `, every ${stride}th of ${count(points.length)} texts` : "";
  return markup`<figure class="narrow"><figcaption><h3>Prediction over truth${note}</h3>${
    legend([{ className: "ideal", name: "equal" }])
  }</figcaption>${
    plot({
      shape: "square",
      summary: `Each of ${
        count(shown.length)
      } dots is a text: its true value to the right, the predicted one upwards.`,
      x: { title: "truth", ticks: scale.ticks },
      y: { title: "predicted", ticks: scale.ticks },
      marks: [
        markup`<path class="ideal" d="${pathThrough([[0, 0], [1, 1]])}"/>`,
        markup`<path class="cloud" d="${
          dotsAt(shown.map(([truth, predicted]) => [scale.place(truth), scale.place(predicted)]))
        }"/>`,
      ],
    })
  }</figure>`;
}
