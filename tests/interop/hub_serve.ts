/** Serves the tiny repository as a Hub and prints its address, until standard input ends. */
import { startFakeHub } from "../support/fake_hub.ts";
import { files } from "../support/tiny_repository.ts";

await using hub = await startFakeHub("org/tiny", files);
console.log(hub.url);
await new Response(Deno.stdin.readable).arrayBuffer();
