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
  write?: (text: string) => void;
  /** Milliseconds from any fixed point. */
  now?: () => number;
}

const REDRAW_MS = 100;
const PLAIN_LINES = 10; // per bar, where lines cannot be redrawn
const CLEAR_LINE = "\r\x1b[K";
const encoder = new TextEncoder();

/**
 * A bar with rate and time left in the look of tqdm, on standard error:
 * `Epoch 1/3:  42%|████▏     | 42/100 [00:03<00:04, 13.1it/s, loss=0.31]`.
 * Where that is no terminal, ten plain lines a bar. No colours, so nothing to switch off.
 */
export class Progress {
  readonly #options: Required<ProgressOptions>;
  readonly #start: number;
  #lastDrawn = -Infinity;
  #plainLines = 0;

  constructor(options: ProgressOptions) {
    this.#options = {
      unit: "it",
      terminal: Deno.stderr.isTerminal(),
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
      write(CLEAR_LINE + this.#line(done, fields) + (finished ? "\n" : ""));
    } else {
      const due = Math.floor(done / total * PLAIN_LINES);
      if (due <= this.#plainLines) return;
      this.#plainLines = due;
      write(`${this.#line(done, fields)}\n`);
    }
  }

  /** Clears a bar that is not full, so that what is printed next starts on a clean line. */
  clear(): void {
    if (this.#options.terminal) this.#options.write(CLEAR_LINE);
  }

  #line(done: number, fields: ProgressFields): string {
    const { label, total, unit, terminal, now } = this.#options;
    const seconds = (now() - this.#start) / 1000;
    const rate = done > 0 && seconds > 0 ? done / seconds : undefined;
    const left = rate === undefined ? "?" : clock((total - done) / rate);
    const speed = rate === undefined ? `?${unit}/s` : showRate(rate, unit);
    const details = [speed, ...Object.entries(fields).map(([name, value]) => `${name}=${value}`)].join(", ");
    const percent = `${Math.floor(done / total * 100)}%`.padStart(4);
    const bar = terminal ? `|${blocks(done / total, 10)}|` : "";
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
