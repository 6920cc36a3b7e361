/**
 * The worker that holds the model, so that the page stays alive while it computes. Questions are answered one after the
 * other.
 *
 * @module
 */
import type { Asked, Questions, Told } from "../questions.ts";
import { LocalClassifier } from "./local_classifier.ts";

const port = self as unknown as Worker; // checked as a window's script, run as a worker's: both ends look alike
let classifier: LocalClassifier | undefined;
let before: Promise<void> = Promise.resolve();

port.onmessage = ({ data }: MessageEvent<Asked>) => {
  before = before.then(() => answer(data));
};

async function answer({ id, kind, question }: Asked): Promise<void> {
  const tell = (told: Told) => port.postMessage(told);
  try {
    tell({ id, answer: await answers[kind](question as never, (progress) => tell({ id, progress })) });
  } catch (error) {
    tell({ id, error: error instanceof Error ? error.message : String(error) });
  }
}

type Answers = {
  [K in keyof Questions]: (
    question: Questions[K]["question"],
    onProgress: (progress: { step: number; totalSteps: number; loss: number }) => void,
  ) => Promise<Questions[K]["answer"]>;
};

const answers: Answers = {
  async open({ files, backend }) {
    const opened = await LocalClassifier.open(files, backend);
    classifier?.[Symbol.dispose](); // a model that cannot be opened leaves the old one in place
    classifier = opened;
    return opened.describe();
  },
  explain: (request) => current().explain(request),
  train: (request, onProgress) => current().train(request, onProgress),
  save: () => current().save(),
};

function current(): LocalClassifier {
  if (classifier === undefined) throw new Error("Cannot answer: no model is open");
  return classifier;
}
