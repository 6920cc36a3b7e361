/**
 * What a model attends to and what its tokens are worth, as a page; and the format that it is made from.
 *
 * @module
 */
export * from "./encode_attention.ts";
export type * from "./explanation.ts";
export * from "./report/mod.ts";
export * from "./svg/mod.ts";
export {
  contentSecurityPolicy,
  type PageData,
  type PageParts,
  pageParts,
  renderPage,
} from "./render_page.ts";
