/** Downloads the tiny repository as HF_ENDPOINT, HF_HUB_CACHE and the other variables say, and prints its folder. */
import { createLog } from "../../apps/shared/log.ts";
import { localCheckpoint } from "../../apps/shared/hub/local_checkpoint.ts";

const { folder } = await localCheckpoint("org/tiny", {
  log: createLog(),
  signal: new AbortController().signal,
  progress: true,
});
console.log(folder);
