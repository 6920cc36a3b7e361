import { refusal } from "./refusal.ts";
import { PassingFailure } from "./retry.ts";
import type { HubSettings } from "./settings.ts";
import { StallTimer } from "./stall_timer.ts";

const MAX_REDIRECTS = 10;

/** How a {@linkcode HubClient} waits and stops. */
export interface ClientOptions {
  /** Stops everything. */
  readonly signal: AbortSignal;
  /** How long a server may be silent. */
  readonly stallMs?: number;
}

/** An answer whose body is read piece by piece. */
export interface Transfer extends Disposable {
  readonly status: number;
  readonly headers: Headers;
  /** @throws {PassingFailure} If the connection breaks, or nothing comes for a while. */
  pieces(): AsyncGenerator<Uint8Array>;
}

/**
 * One request to the Hub at a time. Redirects are followed here: the token goes to the Hub and to nobody else, and
 * from https only https is reached.
 */
export class HubClient {
  readonly endpoint: string;
  readonly #token: string | undefined;
  readonly #options: Required<ClientOptions>;

  constructor({ endpoint, token }: Pick<HubSettings, "endpoint" | "token">, options: ClientOptions) {
    this.endpoint = endpoint;
    this.#token = token;
    this.#options = { stallMs: 30_000, ...options };
  }

  /**
   * Asks for JSON.
   *
   * @returns The value, and the query of the next page if there is one.
   * @throws {PassingFailure} If it may work later.
   * @throws {Error} If it will not, with the reason.
   */
  async json(path: string): Promise<{ value: unknown; nextQuery?: string }> {
    using transfer = await this.open(path);
    const chunks: Uint8Array<ArrayBuffer>[] = [];
    for await (const piece of transfer.pieces()) chunks.push(new Uint8Array(piece));
    const text = await new Blob(chunks).text();
    const next = /<([^>]*)>\s*;\s*rel="next"/.exec(transfer.headers.get("link") ?? "")?.[1];
    try {
      return { value: JSON.parse(text), nextQuery: next && URL.parse(next, this.endpoint)?.search };
    } catch {
      throw new Error(`${this.endpoint} does not answer as a Hub does: "${text.slice(0, 40)}" is not JSON`);
    }
  }

  /**
   * Asks for a file from byte `start` on, and returns when the answer begins: with status 206, or 200 if the server sends
   * the whole file instead, or 416 if there is nothing from there on.
   *
   * @throws As `json`.
   */
  async open(path: string, start = 0): Promise<Transfer> {
    using stack = new DisposableStack();
    const timer = stack.use(new StallTimer(this.#options.stallMs, this.#options.signal));
    // Bytes as they are stored: lengths and checksums mean these
    const headers = { "accept-encoding": "identity", ...(start > 0 && { range: `bytes=${start}-` }) };
    const response = await this.#follow(`${this.endpoint}${path}`, headers, timer);
    if (!response.ok && response.status !== 416) throw await refusal(response, this.#token !== undefined);
    const held = stack.move();
    return {
      status: response.status,
      headers: response.headers,
      pieces: () => this.#pieces(response, timer),
      [Symbol.dispose]: () => {
        held.dispose();
        if (!response.bodyUsed) response.body?.cancel().catch(() => {}); // it may have broken by itself
      },
    };
  }

  async #follow(from: string, headers: Record<string, string>, timer: StallTimer): Promise<Response> {
    let url = new URL(from);
    const home = url.origin; // the Hub's
    for (let redirects = 0; redirects <= MAX_REDIRECTS; redirects++) {
      const authorization = this.#token !== undefined && url.origin === home
        ? { authorization: `Bearer ${this.#token}` }
        : undefined;
      const request = {
        redirect: "manual",
        headers: { ...headers, ...authorization },
        signal: timer.signal,
      } as const;
      const response = await this.#connected(url.host, timer, () => fetch(url, request));
      const location = response.headers.get("location");
      if (location === null || response.status < 300 || response.status > 399) return response;
      await response.body?.cancel().catch(() => {}); // as in open()
      const next = URL.parse(location, url);
      const allowed = url.protocol === "https:" ? ["https:"] : ["https:", "http:"];
      if (next === null || !allowed.includes(next.protocol)) {
        throw new Error(`${url.origin} redirects to "${location}": expected an https address`);
      }
      url = next;
    }
    throw new Error(`${home} redirects more than ${MAX_REDIRECTS} times`);
  }

  async *#pieces(response: Response, timer: StallTimer): AsyncGenerator<Uint8Array> {
    const reader = response.body?.getReader();
    if (reader === undefined) return;
    try {
      while (true) {
        const { done, value } = await this.#connected(new URL(response.url).host, timer, () => reader.read());
        if (done) return;
        timer.restart();
        yield value;
      }
    } finally {
      reader.cancel().catch(() => {}); // as above
    }
  }

  /** Tells what ails a connection: the user's stop, a missing permission, silence, or the connection itself. */
  async #connected<T>(host: string, timer: StallTimer, use: () => Promise<T>): Promise<T> {
    try {
      return await use();
    } catch (error) {
      this.#options.signal.throwIfAborted();
      if (error instanceof Deno.errors.NotCapable) {
        throw new Error(
          `${host} may not be reached: this task is allowed only the Hub and the hosts of its files; ` +
            `run it as "deno run" as deno.json does, with ${host} in --allow-net`,
          { cause: error },
        );
      }
      const seconds = this.#options.stallMs / 1000;
      const reason = timer.stalled ? `nothing came for ${seconds} s` : innermost(error);
      throw new PassingFailure(`the connection to ${host} failed: ${reason}`);
    }
  }
}

/** The cause at the bottom, without the address: the files' are long, and their signatures open them for a while. */
function innermost(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error
    ? innermost(error.cause)
    : error.message.replace(/ for url \(\S+\)/, "");
}
