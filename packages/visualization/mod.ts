/**
 * What a model attends to and what its tokens are worth, as a page; and the format that it is made from.
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
