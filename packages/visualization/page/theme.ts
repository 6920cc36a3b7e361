/** Colours of one appearance; scenes carry them, so that exported files look like the page. */
export interface Theme {
  readonly background: string;
  readonly text: string;
  readonly muted: string;
  readonly grid: string;
  readonly highlight: string;
  /** Colour of a map that stands for no single head. */
  readonly accent: string;
  readonly heads: readonly string[];
}

// Hues of Paul Tol's "bright" and "muted" schemes, which stay apart for colour-blind readers; brightness is set so
// that each has a contrast of at least 3 to 1 with the background.
export const lightTheme: Theme = {
  background: "#ffffff",
  text: "#1b1f24",
  muted: "#57606a",
  grid: "#d8dee4",
  highlight: "#eaf1fb",
  accent: "#2257a8",
  heads: ["#3367b5", "#c4442f", "#1d7a3e", "#8a3a8f", "#a8710a", "#1b8a99", "#7a1f45", "#5f6670"],
};

/** The same hues on a dark ground. */
export const darkTheme: Theme = {
  background: "#14181d",
  text: "#e6eaee",
  muted: "#9aa5b1",
  grid: "#323a43",
  highlight: "#22303f",
  accent: "#7fb0ff",
  heads: ["#7aa8f0", "#f08a72", "#6cc387", "#d596da", "#e0b04c", "#62c5d2", "#e389ad", "#b3bbc4"],
};

/** How a head's lines look: colours repeat after eight heads, and then the lines are dashed. */
export function headStyle(theme: Theme, head: number | null): { stroke: string; dash?: string } {
  if (head === null) return { stroke: theme.accent };
  const { length } = theme.heads;
  return { stroke: theme.heads[head % length], dash: DASHES[Math.floor(head / length) % DASHES.length] };
}

const DASHES = [undefined, "6 3", "2 3", "8 3 2 3"];
