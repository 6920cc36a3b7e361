import { h } from "@taxon/visualization/page";
import type { BackendRequest, ModelFiles } from "../questions.ts";
import { droppedFiles, filesOfInput, readModel } from "./model_files.ts";

/** Where the reader names the model's files, and what shall compute. */
export class ModelPicker {
  readonly element: HTMLElement;
  readonly #status = h("p", { class: "result", role: "status", "data-testid": "model-status" });
  readonly #backend = h(
    "select",
    { "data-testid": "backend" },
    h("option", { value: "auto" }, "a graphics processor if there is one"),
    h("option", { value: "webgpu" }, "WebGPU"),
    h("option", { value: "cpu" }, "the cpu"),
  );

  /** @param onModel Called with the files that were chosen, or why there are none. */
  constructor(backend: BackendRequest, onModel: (files: Promise<ModelFiles>) => void) {
    this.#backend.value = backend;
    const input = (name: string, testId: string, kind: Record<string, boolean>) => {
      const element: HTMLInputElement = h("input", {
        type: "file",
        ...kind,
        "data-testid": testId,
        onChange: () => {
          onModel(readModel(filesOfInput(element)));
          element.value = ""; // so that the same choice again is a change
        },
      });
      return h("label", { class: "field" }, h("span", { class: "name" }, name), element);
    };
    this.element = h(
      "section",
      { class: "panel", "aria-label": "Model" },
      h("h2", {}, "Model"),
      h(
        "p",
        { class: "hint" },
        "Choose or drop the folder of a finished run, or its files config.json, tokenizer.json and " +
          "model.safetensors. Nothing leaves this computer: model and texts stay in the browser.",
      ),
      h(
        "div",
        { class: "choices" },
        input("Folder of a run", "model-folder", { webkitdirectory: true }),
        input("Or its three files", "model-files", { multiple: true }),
        h("label", { class: "field" }, h("span", { class: "name" }, "Compute on"), this.#backend),
      ),
      this.#status,
    );
    addEventListener("dragover", (event) => event.preventDefault());
    addEventListener("drop", (event) => {
      event.preventDefault();
      if (event.dataTransfer) onModel(droppedFiles(event.dataTransfer).then(readModel));
    });
  }

  get backend(): BackendRequest {
    return this.#backend.value as BackendRequest;
  }

  show(text: string, failed = false): void {
    this.#status.textContent = text;
    this.#status.classList.toggle("error", failed);
  }
}
