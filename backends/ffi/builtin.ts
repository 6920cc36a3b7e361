import type * as Files from "node:fs";
import type * as Modules from "node:module";
import type * as Urls from "node:url";

interface ProcessRuntime {
  getBuiltinModule?(name: "node:fs"): typeof Files;
  getBuiltinModule?(name: "node:module"): typeof Modules;
  getBuiltinModule?(name: "node:url"): typeof Urls;
}

const { process } = globalThis as { readonly process?: ProcessRuntime };

/** Whether there are files and libraries at all; a page in a browser has neither. */
export const hasSystem: boolean = process?.getBuiltinModule !== undefined;

/** The modules of Node that are used, in Deno and Bun as well; asked for by functions, so that a page can be bundled. */
export const modules = {
  fs: (): typeof Files => process!.getBuiltinModule!("node:fs"),
  module: (): typeof Modules => process!.getBuiltinModule!("node:module"),
  url: (): typeof Urls => process!.getBuiltinModule!("node:url"),
};
