/** The report of a training run: plain numbers and texts in, one HTML page out. */
export type * from "./data.ts";
export { renderTrainingReport } from "./report.ts";
