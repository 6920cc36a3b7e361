import { fileURLToPath } from "node:url";

const here = new URL(".", import.meta.url);

/**
 * What another process of Deno is started with on our modules: nothing in a checkout, whose deno.json it finds; in a
 * package below `node_modules`, whose configuration and TypeScript Deno passes over, the way to them.
 */
export const denoFlags: readonly string[] = here.pathname.includes("/node_modules/")
  ? ["--config", fileURLToPath(new URL("../../deno.json", here)), "--node-modules-dir=none"]
  : [];
