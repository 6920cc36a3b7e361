/**
 * `deno task build:page`: bundles the page of the visualiser into one generated module, so that neither the server nor
 * an exported file needs a bundler.
 */
import { entryPoint, hashSources, readStyle, sha256 } from "./page_sources.ts";

const { success, stdout } = await new Deno.Command(Deno.execPath(), {
  args: ["bundle", "--quiet", "--platform", "browser", "--minify", entryPoint.href],
  stderr: "inherit",
}).output();
if (!success) Deno.exit(1);
const script = `(()=>{${new TextDecoder().decode(stdout).trim()}})();`; // a module's names, kept from the window
const style = await readStyle();

const constants = [
  ["pageScript", "The bundled and minified script.", script],
  ["pageStyle", "The style sheet.", style],
  ["scriptHash", "The script in a content security policy.", `'sha256-${await sha256(script)}'`],
  ["styleHash", "The style sheet in a content security policy.", `'sha256-${await sha256(style)}'`],
  ["sourcesHash", "What it was made from; a test compares it with what is there.", await hashSources()],
];
const generated = [
  "// Made by `deno task build:page` from packages/visualization/page: edit there.",
  "// deno-fmt-ignore-file",
  "// deno-lint-ignore-file",
  ...constants.map(([name, comment, value]) =>
    `\n/** ${comment} */\nexport const ${name}: string = ${JSON.stringify(value)};`
  ),
  "",
].join("\n");
await Deno.writeTextFile(
  new URL("generated/page.ts", import.meta.resolve("@taxon/visualization")),
  generated,
);
console.log(
  `${Math.round(script.length / 1000)} kB of script, ${Math.round(style.length / 1000)} kB of style`,
);
