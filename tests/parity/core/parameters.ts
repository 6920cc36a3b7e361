import type { Module, Parameter } from "@taxon/nn";
import type { GoldenCase } from "../golden_case.ts";

/** The article's names of parts, and ours. */
const articleNames: readonly [RegExp, string][] = [
  [/\battn_block\b/, "attention"],
  [/\bmlp_block\.0\b/, "feedForward.up"],
  [/\bmlp_block\.2\b/, "feedForward.down"],
  [/\blinear_1\b/, "query"],
  [/\blinear_2\b/, "key"],
  [/\blinear_3\b/, "value"],
  [/\boutput_proj\b/, "output"],
  [/^layers\b/, "encoder.layers"],
  [/^final_norm\b/, "finalNorm"],
  [/^classifier\b/, "head"],
];

/** Our name of a parameter of the article's code. */
export function fromArticle(name: string): string {
  return articleNames.reduce((name, [theirs, ours]) => name.replace(theirs, ours), name);
}

/**
 * Fills a module from the recorded parameters below `prefix`.
 *
 * @param ours Turns a recorded name into the module's.
 * @returns The parameters by recorded name, for `grad.*` and `after.*`.
 */
export function loadParameters(
  module: Module,
  golden: GoldenCase,
  ours: (name: string) => string = (name) => name,
  prefix = "param.",
): Map<string, Parameter> {
  const names = golden.names(prefix).map((name) => name.slice(prefix.length));
  module.loadStateDict(
    new Map(names.map((name) => {
      const stored = prefix + name;
      return [ours(name), { shape: golden.shape(stored), data: golden.values(stored) as Float32Array }];
    })),
  );
  const parameters = module.namedParameters();
  return new Map(names.map((name) => [name, parameters.get(ours(name))!]));
}
