import config from "./deno.json" with { type: "json" };

/** The release and what it runs on: `taxon 0.1.0 (deno 2.9.6, x86_64-unknown-linux-gnu)`. */
export const version: string = `taxon ${config.version} (deno ${Deno.version.deno}, ${Deno.build.target})`;
