/**
 * Pages and figures as text: what a model attends to and what its tokens are worth, the report of a training run, and
 * diagrams in SVG.
 *
 * @example The page of a server, which sends texts to `/v1/explain` beside it
 * ```ts
 * import { contentSecurityPolicy, renderPage } from "@taxon/visualization";
 * import { assertStringIncludes } from "@std/assert";
 *
 * const data = { fetchUrl: "v1/explain" };
 * assertStringIncludes(renderPage(data), "<!doctype html>");
 * assertStringIncludes(contentSecurityPolicy(data), "default-src 'none'");
 * ```
 *
 * @example A figure of two bars
 * ```ts
 * import { barRows, figure } from "@taxon/visualization";
 * import { assertStringIncludes } from "@std/assert";
 *
 * const rows = [{ label: "ours", value: 0.91 }, { label: "baseline", value: 0.84 }];
 * const bars = barRows({ title: "Macro F1", rows });
 * const svg = figure({ title: "Scores", description: "Ours is ahead by 0.07", drawings: [bars] });
 * assertStringIncludes(svg, "0.91");
 * ```
 *
 * @module
 */
export * from "./encode_attention.ts";
export * from "./report/mod.ts";
export * from "./svg/mod.ts";
export {
  contentSecurityPolicy,
  type PageData,
  type PageParts,
  pageParts,
  renderPage,
} from "./render_page.ts";
