/** One job for peers.py. */
export interface PeerJob {
  system: string;
  train: string;
  test: string;
  labels: readonly string[];
  seed: number;
  /** Folder of the pretrained encoder, where the system has one. */
  encoder?: string;
}

/** What a system makes of the rows of a set. */
export interface Answer {
  /** Of the test rows, in the order of the set's labels. */
  probabilities: number[][];
  /** Time of the processor, of all threads, that training took: others that share the machine do not lengthen it. */
  seconds: number;
  /** What was chosen, and how many steps were made. */
  details: unknown;
}

/** The Python of the peers: started at the first job, it goes on until the end, so that libraries are loaded once. */
export class Peers implements Disposable {
  readonly #python: string;
  readonly #threads: number | undefined;
  #process: Deno.ChildProcess | undefined;
  #lines: AsyncGenerator<string> | undefined;

  /** @param python A Python with the packages of requirements.txt. */
  constructor(python: string, threads?: number) {
    this.#python = python;
    this.#threads = threads;
  }

  /** @throws {Error} If Python ends instead of answering; its own message stands on standard error by then. */
  async answer(job: PeerJob): Promise<Answer> {
    this.#process ??= this.#start();
    this.#lines ??= linesOf(this.#process.stdout);
    const writer = this.#process.stdin.getWriter();
    await writer.write(new TextEncoder().encode(JSON.stringify(job) + "\n")).catch(() => {}); // it has ended: said below
    writer.releaseLock();
    const { value } = await this.#lines.next();
    if (value !== undefined) return JSON.parse(value);
    const { code } = await this.#process.status;
    this.#process = this.#lines = undefined;
    throw new Error(`Cannot get an answer of ${job.system} from ${this.#python}: it ended with ${code}`);
  }

  [Symbol.dispose](): void {
    this.#process?.kill();
  }

  #start(): Deno.ChildProcess {
    const env: Record<string, string> = this.#threads === undefined
      ? {}
      : { OMP_NUM_THREADS: String(this.#threads) };
    return new Deno.Command(this.#python, {
      args: [`${import.meta.dirname}/peers.py`],
      env: { ...env, HF_HUB_OFFLINE: "1", TOKENIZERS_PARALLELISM: "false" },
      stdin: "piped",
      stdout: "piped",
    }).spawn();
  }
}

async function* linesOf(stream: ReadableStream<Uint8Array<ArrayBuffer>>): AsyncGenerator<string> {
  let rest = "";
  for await (const chunk of stream.pipeThrough(new TextDecoderStream())) {
    const lines = (rest + chunk).split("\n");
    rest = lines.pop()!;
    yield* lines;
  }
}
