/** A mark of an axis: its place from 0 to 1, and what is written there. */
export interface Tick {
  at: number;
  label: string;
}

/** Maps the numbers of one axis to places from 0 to 1. */
export interface Scale {
  place(value: number): number;
  ticks: Tick[];
}

/** How a scale is cut into steps. */
export interface ScaleOptions {
  /** About so many steps; 4 by default. */
  steps?: number;
  /** Ends where the values end instead of at a whole step. */
  exact?: boolean;
  /** What is written at a tick; by default the number with the digits that its step needs. */
  label?: (value: number) => string;
}

/**
 * A linear scale over all `values`, widened to whole steps of 1, 2 or 5 times a power of ten.
 *
 * @param values What must fit; those that are not finite are passed over.
 */
export function linearScale(values: readonly number[], options: ScaleOptions = {}): Scale {
  let [low, high] = extent(values);
  const step = niceStep((high - low) / (options.steps ?? 4));
  const slack = 1e-9; // a whole step stays one when it is divided
  const first = options.exact ? Math.ceil(low / step - slack) : Math.floor(low / step + slack);
  const last = options.exact ? Math.floor(high / step + slack) : Math.ceil(high / step - slack);
  if (!options.exact) [low, high] = [first * step, last * step];
  const place = (value: number) => (value - low) / (high - low);
  const { label = (value: number) => withDigitsOf(step, value) } = options;
  const ticks = Array.from({ length: last - first + 1 }, (_, i) => {
    const value = (first + i) * step;
    return { at: place(value), label: label(value) };
  });
  return { place, ticks };
}

/** The smallest and the largest of the finite values; never the same number twice. */
function extent(values: readonly number[]): [number, number] {
  let [low, high] = [Infinity, -Infinity];
  for (const value of values.filter(Number.isFinite)) {
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  if (low > high) return [0, 1];
  if (low < high) return [low, high];
  return low === 0 ? [0, 1] : [low - Math.abs(low) / 2, high + Math.abs(high) / 2];
}

/** The nearest of 1, 2, 5 and 10 times a power of ten, by ratio. */
function niceStep(rough: number): number {
  const power = 10 ** Math.floor(Math.log10(rough));
  const factor = rough / power;
  return power * (factor < Math.SQRT2 ? 1 : factor < Math.sqrt(10) ? 2 : factor < Math.sqrt(50) ? 5 : 10);
}

function withDigitsOf(step: number, value: number): string {
  const order = Math.floor(Math.log10(step) + 1e-9);
  if (Math.abs(value) < step / 2) return "0"; // also what rounding leaves of it
  const size = Math.floor(Math.log10(Math.abs(value)) + 1e-9);
  const digits = order < -4 || size > 5
    ? value.toExponential(Math.max(0, size - order)).replace("e+", "e")
    : value.toLocaleString("en", {
      minimumFractionDigits: Math.max(0, -order),
      maximumFractionDigits: Math.max(0, -order),
    });
  return digits.replaceAll("-", "−");
}
