import { terminalColumns } from "./terminal.ts";
import { cutEnd, textWidth } from "./text_width.ts";

/** What stands behind a bar: `loss=0.31`. */
export type ProgressFields = Readonly<Record<string, string | number>>;

/** How a {@linkcode Progress} is shown. */
export interface ProgressOptions {
  /** Stands before the bar, such as `Epoch 1/3`. */
  label: string;
  /** Steps that make 100 %. */
  total: number;
  /** What one step is. */
  unit?: string;
  /** Redraw one line, or print a plain one now and then. */
  terminal?: boolean;
  /** Width of the terminal, which the user may change at any time. */
  columns?: () => number;
  write?: (text: string) => void;
  /** Milliseconds from any fixed point. */
  now?: () => number;
}

const REDRAW_MS = 100;
const PLAIN_LINES = 10; // per bar, where lines cannot be redrawn
const BAR_WIDTHS = [10, 5]; // the shorter one before a field is left out
// The cursor waits at the start of the bar. A terminal that becomes narrower may break the bar into several lines, all of
// which lie behind the cursor: CLEAR_BELOW takes them.
const CLEAR_LINE = "\r\x1b[K";
const CLEAR_BELOW = "\r\x1b[J";
const encoder = new TextEncoder();

let drawn: Progress | undefined;
globalThis.addEventListener("unload", clearProgress); // a process that ends early leaves a clean line to the shell

/** Clears the bar that is being drawn, if there is one, so that what is printed next starts on a clean line. */
export function clearProgress(): void {
  drawn?.clear();
}

/**
 * A bar with rate and time left in the look of tqdm, on standard error:
 * `Epoch 1/3:  42%|████▏     | 42/100 [00:03<00:04, 13.1it/s, loss=0.31]`.
 * It always fits the terminal: the bar gets shorter, then fields are left out, the last one first. Where there is no
 * terminal, ten plain lines a bar. No colours, so nothing to switch off.
 */
export class Progress {
  readonly #options: Required<ProgressOptions>;
  readonly #start: number;
  #lastDrawn = -Infinity;
  #lastWidth = 0;
  #plainLines = 0;

  constructor(options: ProgressOptions) {
    this.#options = {
      unit: "it",
      terminal: Deno.stderr.isTerminal(),
      columns: () => terminalColumns(Deno.stderr),
      write: (text) => void Deno.stderr.writeSync(encoder.encode(text)),
      now: () => performance.now(),
      ...options,
    };
    this.#start = this.#options.now();
  }

  /** Shows that `done` of all steps are done. */
  update(done: number, fields: ProgressFields = {}): void {
    const { terminal, total, write, now } = this.#options;
    const finished = done >= total;
    if (terminal) {
      if (!finished && now() - this.#lastDrawn < REDRAW_MS) return;
      this.#lastDrawn = now();
      const columns = this.#options.columns() - 1; // in the last one, terminals differ
      const clear = this.#lastWidth > columns ? CLEAR_BELOW : CLEAR_LINE;
      const line = this.#fitting(done, fields, columns);
      write(clear + line + (finished ? "\n" : "\r"));
      this.#lastWidth = finished ? 0 : textWidth(line);
      drawn = finished ? undefined : this;
    } else {
      const due = Math.floor(done / total * PLAIN_LINES);
      if (due <= this.#plainLines) return;
      this.#plainLines = due;
      write(`${this.#line(done, Object.entries(fields), 0)}\n`);
    }
  }

  /** Clears a bar that is not full, so that what is printed next starts on a clean line. */
  clear(): void {
    if (drawn === this) drawn = undefined;
    if (this.#lastWidth === 0) return;
    this.#options.write(CLEAR_BELOW);
    this.#lastWidth = 0;
  }

  /** The fullest line that fits. */
  #fitting(done: number, fields: ProgressFields, columns: number): string {
    let line = "";
    for (let count = Object.keys(fields).length; count >= 0; count--) {
      for (const width of BAR_WIDTHS) {
        line = this.#line(done, Object.entries(fields).slice(0, count), width);
        if (textWidth(line) <= columns) return line;
      }
    }
    return cutEnd(line, columns);
  }

  #line(done: number, fields: readonly [string, string | number][], barWidth: number): string {
    const { label, total, unit, now } = this.#options;
    const seconds = (now() - this.#start) / 1000;
    const rate = done > 0 && seconds > 0 ? done / seconds : undefined;
    const left = rate === undefined ? "?" : clock((total - done) / rate);
    const speed = rate === undefined ? `?${unit}/s` : showRate(rate, unit);
    const details = [speed, ...fields.map(([name, value]) => `${name}=${value}`)].join(", ");
    const percent = `${Math.floor(done / total * 100)}%`.padStart(4);
    const bar = barWidth > 0 ? `|${blocks(done / total, barWidth)}|` : "";
    return `${label}: ${percent}${bar} ${done}/${total} [${clock(seconds)}<${left}, ${details}]`;
  }
}

/** A bar of `width` characters, in eighths of a character. */
function blocks(fraction: number, width: number): string {
  const eighths = Math.floor(Math.min(1, fraction) * width * 8);
  const partial = eighths % 8 > 0 ? " ▏▎▍▌▋▊▉"[eighths % 8] : "";
  return ("█".repeat(eighths >> 3) + partial).padEnd(width);
}

/** `01:05`, or `1:01:05` from an hour on. */
function clock(seconds: number): string {
  const two = (n: number) => String(Math.floor(n)).padStart(2, "0");
  const hours = Math.floor(seconds / 3600);
  return `${hours > 0 ? `${hours}:` : ""}${two(seconds % 3600 / 60)}:${two(seconds % 60)}`;
}

/** Steps a second, or seconds a step where that reads better. */
function showRate(rate: number, unit: string): string {
  return rate >= 1 ? `${rate.toPrecision(3)}${unit}/s` : `${(1 / rate).toPrecision(3)}s/${unit}`;
}
