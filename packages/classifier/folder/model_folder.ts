import {
  describedConfig,
  type EncoderClassifierConfig,
  JsonFields,
  type LoadedModel,
  loadModel,
  type LoadOptions,
  type ModelDescription,
  sentenceModules,
} from "@taxon/model";
import { Tokenizer } from "@taxon/text";
import { requireFittingVocabulary } from "../vocabulary.ts";
import { openCheckpoint } from "./checkpoint_files.ts";
import { FolderFiles } from "./folder_files.ts";
import { reasonOf } from "./reason.ts";

/**
 * A folder with a model: one that `train` wrote, a checkpoint of Hugging Face `transformers`, or a model of
 * sentence-transformers. Its files may come from anyone and are checked before anything is allocated for them.
 */
export class ModelFolder {
  readonly #files: FolderFiles;
  readonly #description: ModelDescription;
  readonly #tokenizerText: string;
  #tokenizer?: Tokenizer;

  /**
   * Reads the files that describe the model; weights stay unread until `load`.
   *
   * @throws {Error} If a file is missing or broken, naming it.
   */
  constructor(readonly directory: string) {
    this.#files = new FolderFiles(directory);
    const config = this.#part("config.json");
    this.#tokenizerText = this.#part("tokenizer.json");
    const truncation = this.#loading("tokenizer.json", () => {
      return new JsonFields("tokenizer.json", this.#tokenizerText).object("truncation");
    });
    this.#description = {
      config,
      sentence: this.#loading("modules.json", () => this.#sentenceFiles()),
      ...this.#loading("tokenizer_config.json", () => this.#tokenizerSettings(truncation)),
    };
  }

  /** Reads tokenizer.json at its first use. */
  get tokenizer(): Tokenizer {
    return this.#tokenizer ??= this.#loading("tokenizer.json", () => Tokenizer.fromJson(this.#tokenizerText));
  }

  /**
   * The configuration that the folder describes.
   *
   * @throws {Error} If it is broken, or has fewer tokens than the tokenizer.
   */
  config(options?: LoadOptions): EncoderClassifierConfig {
    const config = this.#loading("config.json", () => describedConfig(this.#description, options));
    this.#loading("tokenizer.json", () => requireFittingVocabulary(this.tokenizer, config));
    return config;
  }

  /** Makes the model on the current backend. */
  load(options?: LoadOptions): LoadedModel {
    this.config(options);
    using checkpoint = openCheckpoint(this.#files);
    return this.#loading(
      "model.safetensors",
      () => loadModel(this.#description, checkpoint.tensors, options),
    );
  }

  #part(name: string): string {
    if (this.#files.has(name)) return this.#files.text(name);
    const remedy = name === "tokenizer.json"
      ? "in Python, AutoTokenizer.from_pretrained(folder).save_pretrained(folder) writes it"
      : `give a folder that "deno task train" wrote, or one of Hugging Face transformers`;
    throw new Error(`Cannot load ${this.directory}/${name}: no such file or folder; ${remedy}`);
  }

  #sentenceFiles(): ModelDescription["sentence"] {
    const modules = this.#files.optionalText("modules.json");
    if (modules === undefined) return undefined;
    const { path } = sentenceModules(modules).find(({ kind }) => kind === "Pooling")!;
    return { modules, pooling: this.#files.text(`${path}/config.json`) };
  }

  /** What the files beside tokenizer.json say of it; the first that has a longest sequence counts. */
  #tokenizerSettings(
    truncation: Readonly<Record<string, unknown>> | undefined,
  ): Pick<ModelDescription, "maxTokens" | "pairTypes"> {
    const fields = (name: string) => new JsonFields(name, this.#files.optionalText(name) ?? "{}");
    const settings = fields("tokenizer_config.json");
    const limits = [
      fields("sentence_bert_config.json").get("max_seq_length"),
      settings.get("model_max_length"), // 1e30 for none
      truncation?.max_length,
    ];
    const inputs = settings.list("model_input_names");
    return {
      maxTokens: limits.find((limit): limit is number => typeof limit === "number" && limit >= 1),
      // transformers 5 gives no types with its plain class unless the names of the inputs ask for them
      pairTypes: inputs?.includes("token_type_ids") ??
        settings.get("tokenizer_class") !== "TokenizersBackend",
    };
  }

  #loading<T>(name: string, load: () => T): T {
    try {
      return load();
    } catch (error) {
      const message = reasonOf(error);
      if (message.startsWith(`Cannot load ${this.directory}`)) throw error;
      throw new Error(`Cannot load ${this.directory}/${name}: ${message}`, { cause: error });
    }
  }
}
