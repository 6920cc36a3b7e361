/**
 * `deno task soak [requests]`: serves 10,000 requests (or as many as told) and fails if one is refused or if buffers of
 * the model stay behind.
 */
import { putUnderLoad } from "./support/load.ts";
import { startServer, writeRandomModel } from "./support/server.ts";

const requests = Number(Deno.args[0] ?? 10_000);
const folder = await Deno.makeTempDir();
try {
  await writeRandomModel(`${folder}/model`);
  await using server = await startServer(["--model", `${folder}/model`]);
  const result = await putUnderLoad(server.url, requests);
  console.log(JSON.stringify(result));
  const { refused, first, last } = result;
  if (refused > 0 || !(first.buffers > 0) || last.buffers !== first.buffers || last.bytes !== first.bytes) {
    console.error(
      `Failed: ${refused} refused, buffers ${first.buffers} → ${last.buffers}, bytes ${first.bytes} → ${last.bytes}`,
    );
    Deno.exitCode = 1;
  }
} finally {
  await Deno.remove(folder, { recursive: true });
}
