/**
 * The parts of the visualiser's page, for other pages that run in a browser.
 *
 * @module
 */
export { App } from "./app.ts";
export { type Child, h, type Properties } from "./dom.ts";
export { type Explainer, ExplainError, type Reply } from "./explainer.ts";
export { download } from "./exports.ts";
export type { PageData } from "./page_html.ts";
