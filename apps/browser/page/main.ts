import { App, h, type PageData } from "@taxon/visualization/page";
import type { BackendRequest, ModelFiles } from "../questions.ts";
import { fetchModel } from "./model_files.ts";
import { ModelPicker } from "./model_picker.ts";
import { Teacher } from "./teacher.ts";
import { WorkerClient } from "./worker_client.ts";

const query = new URLSearchParams(location.search);
const requested = query.get("backend");
const backend: BackendRequest = requested === "webgpu" || requested === "cpu" ? requested : "auto";
const data: PageData = JSON.parse(document.getElementById("page-data")!.textContent!);
const client = new WorkerClient(document.getElementById("worker-script")!.textContent!);
const picker = new ModelPicker(backend, open);
const visualizer = new App(data, client);
const teaching = h("div");
const work = h("div", { hidden: true }, visualizer.element, teaching);

document.body.prepend(
  h("main", {}, h("h1", {}, "Classify text in this browser"), picker.element, work),
);
let choices = 0;
const folder = query.get("model");
if (folder !== null) open(fetchModel(folder));

/** Opens a model in the place of the one before; of several that are chosen one after the other the last. */
async function open(reading: Promise<ModelFiles>): Promise<void> {
  const own = ++choices;
  picker.show("Opening the model…");
  try {
    const files = await reading;
    if (own !== choices) return;
    const { config, parameters, backend } = await client.ask("open", { files, backend: picker.backend });
    if (own !== choices) return;
    const labels = config.problemType === "regression" ? "a number" : `${config.labels.length} labels`;
    picker.show(`${labels}, ${parameters.toLocaleString("en")} parameters, computes on ${backend}`);
    teaching.replaceChildren(new Teacher(config, client, () => visualizer.runAgain()).element);
    work.hidden = false;
    visualizer.runAgain();
  } catch (error) {
    if (own === choices) picker.show((error as Error).message, true);
  }
}
