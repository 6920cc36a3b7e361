import { Markup } from "./markup.ts";

/** Colours by role; every text colour has a contrast of at least 4.5 on what it stands on, in both schemes. */
const colours = `
:root {
  color-scheme: light dark;
  --page: light-dark(#ffffff, #14171a);
  --raised: light-dark(#f5f6f8, #1d2125);
  --text: light-dark(#1b1f24, #e8eaed);
  --quiet: light-dark(#5a636e, #a3abb5);
  --line: light-dark(#d8dce1, #363c43);
  --shade: light-dark(#0002, #0008);
  --one: light-dark(#0a6ab6, #6cb6f5);
  --two: light-dark(#c2410c, #f9a26c);
  --three: light-dark(#0f7b5f, #5fd0ae);
  --right: light-dark(#93c5f5, #14568f);
  --wrong: light-dark(#fbb98a, #8a3c0c);
}`;

const text = `
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; }
body {
  margin: 0 auto;
  max-width: 70rem;
  padding: 2rem clamp(1rem, 4vw, 2.5rem) 3rem;
  background: var(--page);
  color: var(--text);
  font: 1rem/1.5 system-ui, sans-serif;
  overflow-wrap: anywhere;
}
h1 { margin: 0; font-size: clamp(1.6rem, 5vw, 2.25rem); line-height: 1.2; }
h2 { margin: 0 0 0.5rem; font-size: 1.3rem; line-height: 1.3; }
h3 { margin: 0; font-size: 1rem; }
p { margin: 0 0 0.75rem; max-width: 44rem; }
section { margin-top: 2.5rem; padding-top: 1.5rem; border-top: 1px solid var(--line); }
a { color: var(--one); }
:focus-visible { outline: 2px solid var(--one); outline-offset: 2px; }
.kind { margin: 0; color: var(--quiet); }
.verdict { margin: 0.5rem 0 1.25rem; font-size: 1.1rem; }
nav ul { display: flex; flex-wrap: wrap; gap: 0.25rem 1.25rem; margin: 1.25rem 0 0; padding: 0; list-style: none; }
nav a { display: inline-block; padding: 0.2rem 0; }
dl, dd { margin: 0; }
.facts { display: grid; grid-template-columns: repeat(auto-fit, minmax(8.25rem, 1fr)); gap: 0.75rem; }
.facts div { padding: 0.7rem 0.9rem; border-radius: 0.5rem; background: var(--raised); }
.facts dt, .facts small, footer { color: var(--quiet); font-size: 0.875rem; }
.facts b { display: block; font-size: 1.4rem; line-height: 1.3; font-weight: 600; }
.facts small { display: block; }
.settings { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 17rem), 1fr)); gap: 0 2rem; margin: 0.25rem 0 1.5rem; }
.settings div { display: flex; justify-content: space-between; gap: 1rem; padding: 0.2rem 0; border-bottom: 1px solid var(--line); }
.settings dt { flex: none; color: var(--quiet); }
.settings dd { text-align: right; }
.findings { margin: 0.5rem 0; padding-left: 1.1rem; }
.mistakes { margin: 1rem 0 0; padding: 0; list-style: none; }
.mistakes li { padding: 0.9rem 0; border-top: 1px solid var(--line); break-inside: avoid; }
.mistakes blockquote { margin: 0 0 0.4rem; }
.mistakes blockquote p { margin: 0 0 0.3rem; white-space: pre-line; }
.mistakes dl { display: flex; flex-wrap: wrap; gap: 0.2rem 1.75rem; font-size: 0.875rem; }
.mistakes dl div { display: flex; gap: 0.5rem; }
.mistakes dt { color: var(--quiet); }
.predicted { --bar: var(--wrong); }
.predicted, .meter {
  padding-bottom: 0.2rem;
  background: linear-gradient(var(--bar) 0 0) 0 100% / var(--share) 3px no-repeat, linear-gradient(var(--line) 0 0) 0 100% / 100% 3px no-repeat;
}
footer { margin-top: 3rem; }`;

const tables = `
.scroll {
  overflow-x: auto;
  margin: 0.75rem 0 1.25rem;
  max-width: 100%;
  background: /* a shade at the side where there is more: the first two layers move along and hide it at the ends */
    linear-gradient(90deg, var(--page) 40%, transparent) 0 0 / 2rem 100% no-repeat local,
    linear-gradient(270deg, var(--page) 40%, transparent) 100% 0 / 2rem 100% no-repeat local,
    linear-gradient(90deg, var(--shade), transparent) 0 0 / 0.7rem 100% no-repeat scroll,
    linear-gradient(270deg, var(--shade), transparent) 100% 0 / 0.7rem 100% no-repeat scroll;
}
.scroll.tall { max-height: 42rem; overflow-y: auto; border: 1px solid var(--line); border-radius: 0.5rem; padding: 0 0.75rem; }
.tall caption { padding-top: 0.4rem; }
table { border-collapse: collapse; overflow-wrap: normal; font-size: 0.9375rem; font-variant-numeric: tabular-nums; }
caption { text-align: left; padding-bottom: 0.4rem; color: var(--quiet); font-size: 0.875rem; }
caption span { position: sticky; left: 0; display: inline-block; max-width: min(44rem, 100vw - 4rem); }
th, td { padding: 0.3rem 0.9rem 0.3rem 0; vertical-align: top; }
th:last-child, td:last-child { padding-right: 0; }
.tall thead { position: sticky; top: 0; z-index: 1; background: var(--page); }
thead th { box-shadow: inset 0 -1px var(--quiet); font-weight: 600; vertical-align: bottom; }
tbody tr { border-bottom: 1px solid var(--line); }
tbody th { font-weight: 400; max-width: 22rem; }
tbody .text { overflow-wrap: anywhere; }
.text { min-width: 8.5rem; }
.text { text-align: left; }
.figure { text-align: right; white-space: nowrap; }
thead .figure { white-space: normal; min-width: 4.5rem; }
.meter { --bar: var(--one); display: inline-block; min-width: 5rem; }
.gain { color: var(--three); }
.loss { color: var(--two); }
.confusion { border-collapse: separate; border-spacing: 2px; }
.confusion tr { border: 0; }
.confusion caption { padding-bottom: 1rem; }
.confusion thead th { box-shadow: none; padding: 0 0 0.3rem; font-weight: 400; text-align: left; vertical-align: bottom; }
.confusion thead span { display: inline-block; writing-mode: vertical-rl; transform: rotate(180deg); max-height: 12rem; white-space: nowrap; overflow: hidden; text-overflow: ellipsis; }
.confusion thead th { text-align: center; }
.confusion tbody th { position: sticky; left: 0; padding: 0.2rem 0.5rem 0.2rem 0; background: var(--page); text-align: right; vertical-align: middle; white-space: nowrap; max-width: min(16rem, 35vw); overflow: hidden; text-overflow: ellipsis; }
.confusion tbody td { min-width: 2.6rem; height: 2.1rem; padding: 0.1rem 0.3rem; text-align: center; vertical-align: middle; border-radius: 3px; background: var(--raised); color: var(--quiet); }
.confusion .right, .confusion .wrong { color: var(--text); }
.confusion .wrong { background: color-mix(in oklab, var(--wrong) var(--share), var(--raised)); }
.confusion .right { background: color-mix(in oklab, var(--right) var(--share, 0%), var(--raised)); box-shadow: inset 0 0 0 2px var(--one); font-weight: 600; }`;

const diagrams = `
.charts { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 26rem), 1fr)); gap: 2rem 3rem; margin-top: 1rem; }
.pair { margin-top: 1rem; display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 17rem), 22rem)); gap: 1.5rem 4rem; }
.beside { display: flex; flex-wrap: wrap; gap: 0 4rem; align-items: flex-start; }
.beside > * { min-width: 0; }
figure { margin: 0; min-width: 0; break-inside: avoid; }
figure.narrow { max-width: 26rem; }
figcaption p { margin: 0; font-size: 0.875rem; color: var(--quiet); }
.legend { display: flex; flex-wrap: wrap; gap: 0.1rem 1.1rem; margin: 0.2rem 0 0; padding: 0; list-style: none; font-size: 0.8125rem; color: var(--quiet); }
.legend svg { margin-right: 0.4rem; }
.plot { padding: 0.9rem 0.6rem 2.9rem 3.4rem; }
.plot > svg { display: block; width: 100%; height: 13rem; overflow: visible; }
.plot > svg > svg { overflow: visible; }
.square > svg { height: auto; aspect-ratio: 1; }
.square:has(+ .strip) { padding-bottom: 1.5rem; }
.square { padding-top: 1.7rem; }
.strip { padding-top: 0; }
.strip > svg { height: 3.2rem; }
.plot text { fill: var(--quiet); font-size: 0.75rem; font-variant-numeric: tabular-nums; }
.plot .x { text-anchor: middle; }
.plot .y, .plot .title { text-anchor: end; }
.grid { stroke: var(--line); stroke-width: 1; }
path { fill: none; stroke-width: 2; stroke-linejoin: round; vector-effect: non-scaling-stroke; }
.curve-1 { stroke: var(--one); }
.curve-2 { stroke: var(--two); stroke-dasharray: 7 3; }
.curve-3 { stroke: var(--three); stroke-dasharray: 2 3; }
.noise { stroke-width: 1; opacity: 0.35; }
.dots { stroke-width: 6; stroke-linecap: round; stroke-dasharray: none; }
.level { stroke: var(--quiet); stroke-width: 1.5; }
.level-1 { stroke-dasharray: 10 4; }
.level-2 { stroke-dasharray: 3 3; }
.best { stroke: var(--quiet); stroke-width: 1; stroke-dasharray: 1 2; }
.ideal { stroke: var(--quiet); stroke-dasharray: 5 4; stroke-width: 1.5; }
.confidence { stroke: var(--two); stroke-width: 3; }
.cloud { stroke: var(--one); stroke-width: 7; stroke-linecap: round; opacity: 0.45; }
.accuracy { fill: var(--one); stroke: none; opacity: 0.6; }
.count { fill: var(--quiet); }
.split-1 { fill: var(--one); stroke: var(--one); }
.split-2 { fill: var(--two); stroke: var(--two); }
.split-3 { fill: var(--three); stroke: var(--three); }
.swatch { stroke-width: 10; }
.swatch.accuracy { stroke: var(--one); }
summary { cursor: pointer; padding: 0.3rem 0; color: var(--one); }`;

const print = `
@media print {
  :root { color-scheme: light; font-size: 11px; }
  body { max-width: none; padding: 0; print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  nav { display: none; }
  h2, h3, caption, thead, section > p { break-after: avoid; }
  .tall thead { position: static; }
  .scroll, .scroll.tall { overflow: visible; max-height: none; }
  .confusion tbody th { position: static; }
  .charts { grid-template-columns: 1fr 1fr; }
}`;

/** The page's style sheet. */
export const style: Markup = new Markup([colours, text, tables, diagrams, print, ""].join("\n"));
