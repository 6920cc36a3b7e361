/** A part of a figure: SVG elements with the corner at 0, 0, and the room they take in pixels. */
export interface Drawing {
  /** Elements without an `<svg>` around them. */
  svg: string;
  /** Pixels. */
  width: number;
  /** Pixels. */
  height: number;
}

/** Digits after the point of every number in a figure, so that it does not depend on the last bits of a run. */
const DIGITS = 3;

/** A number as it stands in a figure; never "-0". */
export function rounded(value: number): string {
  return String(Number(value.toFixed(DIGITS)) + 0);
}

/** A number for readers, with a minus sign instead of a hyphen. */
export function shown(value: number, digits: number): string {
  return (Number(value.toFixed(digits)) + 0).toFixed(digits).replace("-", "−");
}

/** About how wide a text is at the figures' size of 12 px. */
export function widthOf(text: string): number {
  return 7 * text.length;
}

/** The room that a title above a drawing takes. */
export const TITLE_HEIGHT = 22;
