import { type Content, Markup, markup } from "./markup.ts";
import type { Tick } from "./scale.ts";

/** A diagram with two axes. */
export interface Plot {
  /** What there is to see, for those who do not see it. */
  summary: string;
  x: { title: string; ticks: readonly Tick[] };
  y: { title?: string; ticks: readonly Tick[] };
  /** SVG in a square from 0 to 1000, y downwards, which is stretched to the diagram. */
  marks: Content;
  /** How the diagram is sized. */
  shape?: "wide" | "square" | "strip";
}

/**
 * A diagram whose marks stretch with the page while lines and letters keep their size: only the inner SVG has a view box.
 */
export function plot({ summary, x, y, marks, shape = "wide" }: Plot): Markup {
  return markup`<div class="plot ${shape}"><svg role="img" aria-label="${summary}">${
    y.ticks.map(({ at, label }) => {
      const top = percentOf(1 - at);
      return markup`<line class="grid" x1="0" x2="100%" y1="${top}" y2="${top}"/>
<text class="y" x="-8" y="${top}" dy="0.32em">${label}</text>`;
    })
  }${
    x.ticks.map(({ at, label }) =>
      markup`<text class="x" x="${percentOf(at)}" y="100%" dy="1.5em">${label}</text>`
    )
  }<text class="title" x="100%" y="100%" dy="3em">${x.title}</text>${
    y.title && markup`<text x="0" y="0" dy="-0.7em">${y.title}</text>`
  }
<svg viewBox="0 0 1000 1000" preserveAspectRatio="none">${marks}</svg></svg></div>`;
}

/** The path through places from 0 to 1. */
export function pathThrough(places: readonly (readonly [x: number, y: number])[]): string {
  return places.map(([x, y], i) => `${i === 0 ? "M" : "L"}${mark(x)} ${mark(1 - y)}`).join("");
}

/** A path that draws a dot at each place: lines of no length with round ends, which stretching leaves round. */
export function dotsAt(places: readonly (readonly [x: number, y: number])[]): string {
  return places.map(([x, y]) => `M${mark(x)} ${mark(1 - y)}h0`).join("");
}

/** A bar from the bottom of the diagram, in places from 0 to 1. */
export function bar(left: number, right: number, height: number, className: string): Markup {
  const top = mark(1 - height);
  return markup`<rect class="${className}" x="${mark(left)}" width="${
    mark(right - left)
  }" y="${top}" height="${mark(height)}"/>`;
}

function mark(place: number): number {
  return Math.round(place * 1e4) / 10;
}

function percentOf(place: number): string {
  return `${Math.round(place * 1e4) / 100}%`;
}

/** A legend: a sample of each line beside its name. */
export function legend(entries: readonly { className: string; name: string }[]): Markup {
  return markup`<ul class="legend">${
    entries.map(({ className, name }) =>
      markup`<li><svg aria-hidden="true" width="26" height="10"><path class="${className}" d="M1 5H25"/></svg>${name}</li>`
    )
  }</ul>`;
}
