/**
 * The parts of the visualiser's page, for other pages that run in a browser. Their look is `pageParts.style` of
 * `@taxon/visualization`.
 *
 * @example A page that asks a server of Taxon
 * ```ts ignore
 * import { App, ExplainError } from "@taxon/visualization/page";
 *
 * const app = new App({}, {
 *   async explain(request, signal) {
 *     const headers = { "content-type": "application/json" };
 *     const init = { method: "POST", headers, body: JSON.stringify(request), signal };
 *     const response = await fetch("v1/explain", init);
 *     if (!response.ok) throw new ExplainError(response.status, await response.text());
 *     return { explanation: await response.json(), bytes: 0 };
 *   },
 * });
 * document.body.append(app.element);
 * ```
 *
 * @module
 */
export { App } from "./app.ts";
export { type Child, h, type Properties } from "./dom.ts";
export { type Explainer, ExplainError, type Reply } from "./explainer.ts";
export { download } from "./exports.ts";
export type { PageData } from "./page_html.ts";
