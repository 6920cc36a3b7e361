/** Downloads the tiny repository from the Hub and into the cache that its two arguments name. */
import { hubSettings } from "../../apps/shared/hub/settings.ts";
import { downloadModel } from "../../apps/shared/hub/download_model.ts";
import { id } from "./tiny_repository.ts";

const note = (text: string) => console.error(text);
const { folder } = await downloadModel(id, await hubSettings(), {
  signal: new AbortController().signal,
  note,
});
console.log(folder);
