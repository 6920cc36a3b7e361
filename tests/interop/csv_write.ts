/** Writes the tables of standard input, a JSON array of `{rows, separator, lineEnd}`, as a JSON array of texts. */
import { delimitedText } from "../../apps/shared/delimited_text.ts";

const cases: { rows: string[][]; separator: string; lineEnd: string }[] = await new Response(
  Deno.stdin.readable,
).json();
console.log(JSON.stringify(cases.map(({ rows, ...options }) => delimitedText(rows, options))));
