/**
 * From a text to an answer: a trained classifier with its tokenizer, as the commands and the server use it.
 *
 * @example Classify with a folder that `deno task train` or Hugging Face wrote
 * ```ts ignore
 * import { TextClassifier } from "@taxon/classifier";
 *
 * const classifier = await TextClassifier.open("runs/help-desk-1");
 * const answers = await classifier.classify(["cannot log in", "the printer is on fire"]);
 * ```
 *
 * @example Make one from the contents of its files, as in a browser
 * ```ts
 * import { createCpuBackend } from "@taxon/backend-cpu";
 * import { TextClassifier } from "@taxon/classifier";
 * import { EncoderClassifier, encoderConfig, saveClassifier } from "@taxon/model";
 * import { useBackend } from "@taxon/tensor";
 * import { trainWordPiece } from "@taxon/text";
 * import { assertEquals } from "@std/assert";
 *
 * using backend = useBackend(await createCpuBackend());
 * const tokenizer = trainWordPiece(["where is the printer"], { vocabulary: "words" });
 * const { vocabSize } = tokenizer;
 * using model = new EncoderClassifier(encoderConfig({ vocabSize, layers: 1, labels: ["ham", "spam"] }));
 * model.initialize(1);
 * const files = { ...await saveClassifier(model), tokenizer: JSON.stringify(tokenizer.toJson()) };
 *
 * using classifier = TextClassifier.fromFiles(files, { backend });
 * const answers = await classifier.classify(["the printer", ""]);
 * assertEquals(answers.map(({ tokens }) => tokens), [4, 2]); // with [CLS] and [SEP]
 * assertEquals(answers[1], await classifier.classify(""));
 * ```
 *
 * @module
 */
export { type Classification, scoreRows } from "./classification.ts";
export {
  type EncodedInput,
  encodeInput,
  encodeInputs,
  type EncodeOptions,
  type EncodingConfig,
  type LocatedText,
  type TextInput,
} from "./encode.ts";
export type { ExplainOptions } from "./explain.ts";
export { openCheckpoint, type OpenedCheckpoint, openSafetensors } from "./folder/checkpoint_files.ts";
export { FolderFiles, type OpenedFile, readableRoots } from "./folder/folder_files.ts";
export { ModelFolder } from "./folder/model_folder.ts";
export { placedNgrams } from "./ngrams.ts";
export {
  type NamedBackend,
  type OpenOptions,
  TextClassifier,
  type TextClassifierFiles,
  type TextClassifierOptions,
} from "./text_classifier.ts";
