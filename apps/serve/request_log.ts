import type { RequestRecord } from "@taxon/serving";
import { LogWriter } from "./log_writer.ts";

/** One line a request on standard output, as JSON or plain; never the text that was classified. */
export class RequestLog {
  readonly #json: boolean;
  readonly #out: LogWriter;
  readonly #errors: LogWriter;

  constructor({ json }: { json: boolean }) {
    this.#json = json;
    this.#out = new LogWriter(
      Deno.stdout,
      (lines) => json ? JSON.stringify({ time: now(), dropped_log_lines: lines }) : droppedLine(lines),
    );
    this.#errors = new LogWriter(Deno.stderr, droppedLine);
  }

  /** Lines that were never written because nobody read them. */
  get dropped(): number {
    return this.#out.dropped + this.#errors.dropped;
  }

  request(record: RequestRecord): void {
    this.#out.write(this.#json ? jsonLine(record) : plainLine(record));
  }

  /** What a reply hid from the client, on standard error. */
  error(error: unknown, requestId: string): void {
    this.#errors.write(`Error in request ${requestId}: ${Deno.inspect(error)}`);
  }

  /** Resolves when all lines are written. */
  async flushed(): Promise<void> {
    await Promise.all([this.#out.flushed(), this.#errors.flushed()]);
  }
}

function jsonLine({ requestId, ...rest }: RequestRecord): string {
  return JSON.stringify({ time: now(), request_id: requestId, ...rest });
}

function plainLine({ method, route, status, ms, inputs, tokens, error }: RequestRecord): string {
  const cost = inputs === undefined ? "" : ` ${inputs} texts, ${tokens} tokens`;
  return `${now()} ${method} ${route ?? "(no route)"} ${status} ${ms} ms${cost}${error ? ` ${error}` : ""}`;
}

const now = () => new Date().toISOString();
const droppedLine = (lines: number) => `${now()} ${lines} log lines were dropped: nobody read them`;
