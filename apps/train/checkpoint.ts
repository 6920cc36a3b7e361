import {
  readTrainerState,
  reasonOf,
  tokenizerConfig,
  type TrainerState,
  writeFolderAtomic,
} from "@taxon/app-shared";
import {
  decodeState,
  type EncoderClassifier,
  encodeState,
  restoreClassifier,
  saveClassifier,
} from "@taxon/model";
import type { StateEntry } from "@taxon/nn";
import { assign, sameShape, tensor } from "@taxon/tensor";
import type { Tokenizer } from "@taxon/text";
import { restoreTrainer, saveTrainer, type Trainer } from "@taxon/train";

/** In a checkpoint of LoRA: what is trained, under our names; its model.safetensors has the updates merged. */
const ADAPTER = "adapter.safetensors";

/** What a run knows besides weights and optimiser: written as trainer_state.json, in Hugging Face's names. */
export interface RunState extends TrainerState {
  epoch: number;
  /** Best value of the metric so far; absent before the first evaluation and where the metric does not exist. */
  best_metric?: number;
  /** Where it was reached. */
  best_global_step?: number;
  /** Name of the checkpoint with the best weights, relative to the run. */
  best_model_checkpoint?: string;
  /** Epochs since the best one. */
  epochs_without_gain: number;
  /** Whether early stopping ended the run at this step. */
  stopped_early: boolean;
}

/** The state before the first step. */
export function initialState(): RunState {
  return {
    global_step: 0,
    epoch: 0,
    epochs_without_gain: 0,
    stopped_early: false,
    silent_parameters: [],
    log_history: [],
  };
}

/** Saves everything needed to go on: the folder `checkpoint-<step>` appears whole or not at all. Returns its name. */
export async function saveCheckpoint(
  run: string,
  model: EncoderClassifier,
  trainer: Trainer,
  state: RunState,
  tokenizer: Tokenizer,
): Promise<string> {
  const name = `checkpoint-${state.global_step}`;
  const { config, weights } = await saveClassifier(model);
  const { moments, silent } = await saveTrainer(trainer);
  await writeFolderAtomic(`${run}/${name}`, async (folder) => {
    const writeJson = (name: string, value: unknown) => {
      return Deno.writeTextFile(`${folder}/${name}`, JSON.stringify(value, null, 2) + "\n");
    };
    await Deno.writeTextFile(`${folder}/config.json`, config);
    await Deno.writeTextFile(`${folder}/tokenizer.json`, JSON.stringify(tokenizer.toJson()));
    await writeJson("tokenizer_config.json", tokenizerConfig(tokenizer, model.config));
    await Deno.writeFile(`${folder}/model.safetensors`, weights);
    if (adapted(trainer)) await Deno.writeFile(`${folder}/${ADAPTER}`, await encodeParameters(trainer));
    await Deno.writeFile(`${folder}/optimizer.safetensors`, encodeState(moments));
    await writeJson("trainer_state.json", { ...state, silent_parameters: silent });
  });
  return name;
}

/**
 * Puts a checkpoint's weights and optimiser back and returns the state of its run.
 *
 * @throws {Error} If a file is missing or does not fit, naming the checkpoint.
 */
export async function loadCheckpoint(
  path: string,
  model: EncoderClassifier,
  trainer: Trainer,
): Promise<RunState> {
  try {
    const state = await readState(path);
    await restoreWeights(path, model, trainer);
    restoreTrainer(trainer, {
      step: state.global_step,
      silent: state.silent_parameters,
      moments: decodeState(await Deno.readFile(`${path}/optimizer.safetensors`)),
    });
    return state;
  } catch (error) {
    throw new Error(
      `Cannot go on from ${path}: ${reasonOf(error)}; remove the folder to go on from an older one`,
      {
        cause: error,
      },
    );
  }
}

/** Reads and checks a state; the checkpoint that it calls the best one must lie beside it. */
async function readState(path: string): Promise<RunState> {
  const { state, fields } = await readTrainerState(path);
  const best = fields.get("best_model_checkpoint");
  const optional = (key: string) => fields.get(key) === undefined ? undefined : fields.number(key);
  if (best !== undefined && !(typeof best === "string" && await isCheckpoint(`${path}/..`, best))) {
    fields.refuse("best_model_checkpoint", "the name of a checkpoint of this run");
  }
  return {
    ...state,
    epoch: fields.number("epoch"),
    best_metric: optional("best_metric"),
    best_global_step: optional("best_global_step"),
    best_model_checkpoint: best as string | undefined,
    epochs_without_gain: fields.integer("epochs_without_gain", 0),
    stopped_early: fields.boolean("stopped_early", false),
  };
}

/** Whether a run has a checkpoint of that name; a link counts for none. */
async function isCheckpoint(run: string, name: string): Promise<boolean> {
  if (!/^checkpoint-\d+$/.test(name)) return false;
  return await Deno.lstat(`${run}/${name}`).then(({ isDirectory }) => isDirectory, () => false);
}

/** Puts a checkpoint's weights back. Those that are not trained with LoRA are in the model already. */
export async function restoreWeights(
  path: string,
  model: EncoderClassifier,
  trainer: Trainer,
): Promise<void> {
  if (adapted(trainer)) decodeParameters(trainer, await Deno.readFile(`${path}/${ADAPTER}`));
  else restoreClassifier(model, await Deno.readFile(`${path}/model.safetensors`));
}

/** Whether updates of low rank are trained. */
function adapted({ task: { parameters } }: Trainer): boolean {
  return parameters.keys().some((name) => name.includes(".lora."));
}

async function encodeParameters({ task: { parameters } }: Trainer): Promise<Uint8Array> {
  const state = new Map<string, StateEntry>();
  for (const [name, { shape }] of parameters) {
    state.set(name, { shape, data: await parameters.get(name)!.data() });
  }
  return encodeState(state);
}

/** @throws {TypeError} If a parameter is missing or of another shape. */
function decodeParameters({ task: { parameters } }: Trainer, bytes: Uint8Array): void {
  const state = decodeState(bytes);
  for (const [name, parameter] of parameters) {
    const entry = state.get(name);
    if (entry === undefined || !sameShape(entry.shape, parameter.shape)) {
      throw new TypeError(`${name} is missing in ${ADAPTER} or of another shape`);
    }
    using source = tensor(entry.data, parameter.shape, { backend: parameter.backend });
    assign(parameter, source);
  }
}
