/** Writes standard input, a training log in JSON Lines, as a TensorBoard event file to the path given. */
import { encodeEvents } from "@taxon/train";

const log = await new Response(Deno.stdin.readable).text();
await Deno.writeFile(
  Deno.args[0],
  encodeEvents(log.trimEnd().split("\n").map((line) => JSON.parse(line)), 1e9),
);
