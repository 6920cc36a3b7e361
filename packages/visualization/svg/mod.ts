/** Static figures: numbers in, SVG out, the same bytes for the same numbers. */
export { type BarRows, barRows } from "./bar_rows.ts";
export { type Drawing } from "./drawing.ts";
export { type Figure, figure } from "./figure.ts";
export { type HeatMap, heatMap } from "./heat_map.ts";
export { type LinePlot, linePlot } from "./line_plot.ts";
