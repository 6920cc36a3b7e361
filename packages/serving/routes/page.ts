import type { ServerContext } from "../api.ts";

/** A page that needs nothing but its own HTML. */
export interface Page {
  /** The whole document, style and script included. */
  readonly html: string;
  /** Sent with it as `content-security-policy`. */
  readonly contentSecurityPolicy: string;
}

/** Whether the client is one that shows pages: browsers name HTML, probes and libraries do not. */
export function wantsPage(c: ServerContext): boolean {
  c.header("vary", "accept");
  return c.req.header("accept")?.includes("text/html") ?? false;
}

/** Answers with the page and the policy that goes with it. */
export function sendPage(c: ServerContext, { html, contentSecurityPolicy }: Page): Response {
  c.header("content-security-policy", contentSecurityPolicy);
  c.header("referrer-policy", "no-referrer");
  return c.html(html);
}
