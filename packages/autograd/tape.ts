import { type Call, keep, type Recorder, type Tensor } from "@taxon/tensor";

/**
 * The ops that led from the parameters to a result, in order. It holds views of their operands, so that memory a
 * caller's `scope` gives back stays alive until the walk back has passed it.
 */
export class Tape implements Recorder, Disposable {
  readonly #tracked = new Set<number>();
  readonly #calls: RecordedCall[] = [];

  constructor(parameters: readonly Tensor[]) {
    for (const parameter of parameters) this.#tracked.add(parameter.id);
  }

  tracks(inputs: readonly Tensor[]): boolean {
    return inputs.some((input) => this.#tracked.has(input.id));
  }

  record(call: Call): void {
    if (call.output.dtype === "i32") return; // comparisons and casts to integers have no gradient
    this.#tracked.add(call.output.id);
    const needs = call.inputs.map((input) => this.#tracked.has(input.id));
    this.#calls.push(new RecordedCall(call, needs));
  }

  /** Calls from the last to the first; each is released once the consumer asks for the next. */
  *backwards(): Generator<RecordedCall> {
    for (let call = this.#calls.pop(); call !== undefined; call = this.#calls.pop()) {
      using current = call;
      yield current;
    }
  }

  [Symbol.dispose](): void {
    for (const call of this.#calls.splice(0)) call[Symbol.dispose]();
  }
}

/** A call whose operands are kept alive, with the identities by which gradients are collected. */
export class RecordedCall implements Disposable {
  readonly call: Call;
  readonly inputIds: readonly number[];
  readonly outputId: number;

  constructor(call: Call, readonly needs: readonly boolean[]) {
    this.inputIds = call.inputs.map((input) => input.id);
    this.outputId = call.output.id;
    this.call = { ...call, inputs: call.inputs.map(retain), output: retain(call.output) } as Call;
  }

  [Symbol.dispose](): void {
    for (const input of this.call.inputs) input.dispose();
    this.call.output.dispose();
  }
}

/** A view that no scope will dispose. */
function retain(tensor: Tensor): Tensor {
  return keep(tensor.alias());
}
