/** A figure with four digits after the point, as scikit-learn's reports have it; a dash where there is none. */
export function figure(value: number | undefined): string {
  return value === undefined || !Number.isFinite(value) ? "–" : signed(value.toFixed(4));
}

/** A share of 1 as per cent. */
export function percent(share: number): string {
  return Number.isFinite(share) ? `${(100 * share).toFixed(1)} %` : "–";
}

/** A count with its thousands apart. */
export function count(value: number): string {
  return value.toLocaleString("en");
}

/** Three digits of a number of any size, for summaries and legends. */
export function short(value: number): string {
  if (!Number.isFinite(value)) return "–";
  const size = Math.abs(value);
  if (size !== 0 && (size < 1e-3 || size >= 1e6)) {
    return signed(value.toExponential(2).replace(/\.?0*e\+?/, "e"));
  }
  return signed(Number(value.toPrecision(3)).toLocaleString("en", { maximumFractionDigits: 6 }));
}

/** With minus signs instead of hyphens. */
function signed(digits: string): string {
  return digits.replaceAll("-", "−");
}
