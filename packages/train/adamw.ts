import { adamwStep, keep, type Tensor, zeros } from "@taxon/tensor";

/** Coefficients of AdamW. */
export interface AdamWSettings {
  /** Default 0.9. */
  beta1?: number;
  /** Default 0.999. */
  beta2?: number;
  /** Default 1e-8. */
  eps?: number;
  /** Decoupled decay of parameters with two or more axes; biases and norms never decay. Default 0.01. */
  weightDecay?: number;
  /** Factor of the learning rate for a parameter, by its name; default 1 for all. */
  learningRateScale?: (name: string) => number;
  /**
   * In what unit a parameter is stored, by its name: a step of the learning rate moves it by as much, and it decays as
   * what it is in that unit. Default 1 for all.
   */
  unit?: (name: string) => number;
}

/** AdamW over named parameters (Loshchilov & Hutter 2019), as `torch.optim.AdamW` with a group for each rate and decay. */
export class AdamW implements Disposable {
  /** Steps taken. */
  steps = 0;
  /** Running means of gradients (m) and of their squares (v), by parameter name. */
  readonly moments: ReadonlyMap<string, { m: Tensor; v: Tensor }>;
  readonly #settings: Required<AdamWSettings>;

  /**
   * Starts with moments of zeros.
   *
   * @param parameters Updated in place by `step`; one of fewer than two axes (bias, scale of a norm) has no weight
   * decay.
   */
  constructor(readonly parameters: ReadonlyMap<string, Tensor>, settings: AdamWSettings = {}) {
    this.#settings = {
      beta1: 0.9,
      beta2: 0.999,
      eps: 1e-8,
      weightDecay: 0.01,
      learningRateScale: () => 1,
      ...settings,
      unit: settings.unit ?? (() => 1),
    };
    this.moments = new Map([...parameters].map(([name, { shape, backend }]) => {
      return [name, { m: keep(zeros(shape, { backend })), v: keep(zeros(shape, { backend })) }];
    }));
  }

  /**
   * Updates all parameters in place.
   *
   * @param grads By parameter name; a parameter without one stays as it is.
   * @param gradScale f32 scalar that multiplies each gradient, from clipping.
   */
  step(grads: ReadonlyMap<string, Tensor>, learningRate: number, gradScale?: Tensor): void {
    const { weightDecay, learningRateScale, unit, ...coefficients } = this.#settings;
    this.steps++;
    const entries = [...grads].map(([name, grad]) => {
      const param = this.parameters.get(name)!;
      const decay = param.shape.length >= 2 ? weightDecay / unit(name) : 0;
      const rate = learningRate * learningRateScale(name) * unit(name);
      return { param, grad, ...this.moments.get(name)!, learningRate: rate, weightDecay: decay };
    });
    adamwStep(entries, { ...coefficients, step: this.steps, gradScale });
  }

  /** Frees the moments; the parameters stay their owner's. */
  [Symbol.dispose](): void {
    for (const { m, v } of this.moments.values()) {
      m.dispose();
      v.dispose();
    }
  }
}
