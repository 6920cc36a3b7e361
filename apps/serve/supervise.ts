/** A server process, as far as its supervisor knows it. */
export interface Supervised {
  readonly status: Promise<{ code: number; signal: string | null }>;
  /** Port that it listens on, once it does; undefined if it ended before. */
  readonly ready: Promise<number | undefined>;
}

/** How {@linkcode supervise} starts, waits and says so. */
export interface Supervision {
  /** @param port That of the server before, if there was one that listened. */
  start(port: number | undefined): Supervised;
  /** Whether it is to end. */
  stopping(): boolean;
  /** Resolves after the time, or at once when it is to end. */
  pause(ms: number): Promise<void>;
  say(line: string): void;
  now(): number;
}

const FIRST_PAUSE_MS = 1000;
const LONGEST_PAUSE_MS = 30_000;
/** One that answered for so long is worth a quick start again. */
const STEADY_MS = 60_000;

/** Runs a server that is started again, more and more slowly, when it dies after it was once ready. */
export async function supervise({ start, stopping, pause, say, now }: Supervision): Promise<number> {
  let port: number | undefined;
  let pauseMs = FIRST_PAUSE_MS;
  while (true) {
    const begin = now();
    const { status, ready } = start(port);
    port = await ready ?? port;
    const { code, signal } = await status;
    if (stopping() || port === undefined || code === 0) return code;
    if (now() - begin >= STEADY_MS) pauseMs = FIRST_PAUSE_MS;
    say(
      `The server ended by ${signal ?? `itself with code ${code}`}; it is started again in ${
        pauseMs / 1000
      } s`,
    );
    await pause(pauseMs);
    if (stopping()) return code;
    pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS);
  }
}
