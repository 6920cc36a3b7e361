import type { ExplainRequest, Explanation } from "@taxon/decision";
import { type Explainer, ExplainError } from "./explainer.ts";
import type { Inputs } from "./input_form.ts";
import { Recording } from "./recording.ts";

/** What may be asked about the text that is shown. */
export type Question = Pick<ExplainRequest, "importance" | "head_effects">;

/** The text that is looked at, and what is being asked about it; a new text ends what is under way. */
export class Session {
  recording?: Recording;
  /** Bytes received for the text that is shown. */
  bytes = 0;
  /** What is being waited for, in words; empty while idle. */
  waitingFor = "";
  /** Why the last question was not answered; nothing is asked again by itself until it is cleared. */
  error?: ExplainError;
  #abort = new AbortController();

  /** `onChange` is called when something arrived, or the session became busy or idle. */
  constructor(
    readonly client: Explainer | undefined,
    readonly onChange: () => void,
    given?: Explanation,
  ) {
    if (given) this.recording = new Recording(given);
  }

  /** Explains another text, beginning with one layer. */
  async run(inputs: Inputs, layer: number): Promise<void> {
    this.#abort.abort();
    this.#abort = new AbortController();
    this.bytes = 0;
    const explanation = await this.#ask(inputs, { layers: [layer] }, "the text");
    if (!explanation) return;
    this.recording = new Recording(explanation);
    this.onChange();
  }

  /** Gets one more layer of the text that is shown. */
  async loadLayer(layer: number): Promise<void> {
    const { recording } = this;
    if (!recording || this.waitingFor) return;
    const explanation = await this.#ask(recording.explanation, { layers: [layer] }, `layer ${layer}`);
    if (!explanation) return;
    recording.addLayers(explanation.attention);
    this.onChange();
  }

  /** Gets importances or head effects for the text that is shown. */
  async ask(question: Question, waitingFor: string): Promise<void> {
    const { recording } = this;
    if (!recording || this.waitingFor) return;
    const explanation = await this.#ask(recording.explanation, { ...question, layers: [] }, waitingFor);
    if (!explanation) return;
    const { importance = [], headEffects } = explanation;
    const { explanation: known } = recording;
    recording.explanation = {
      ...known,
      headEffects: headEffects ?? known.headEffects,
      importance: [...known.importance ?? [], ...importance],
    };
    this.onChange();
  }

  async #ask(
    { text, textPair }: Inputs,
    request: Omit<ExplainRequest, "inputs">,
    waitingFor: string,
  ): Promise<Explanation | undefined> {
    const { signal } = this.#abort;
    this.waitingFor = waitingFor;
    this.error = undefined;
    this.onChange();
    try {
      const inputs = textPair === undefined ? text : { text, text_pair: textPair };
      const { explanation, bytes } = await this.client!.explain({ inputs, ...request }, signal);
      this.bytes += bytes;
      this.waitingFor = "";
      return explanation;
    } catch (error) {
      if (signal.aborted) return; // another text took its place
      this.waitingFor = "";
      if (!(error instanceof ExplainError)) throw error;
      this.error = error;
      this.onChange();
    }
  }
}
