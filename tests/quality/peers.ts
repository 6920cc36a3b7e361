import { reasonOf, UsageError } from "@taxon/app-shared";

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
export class Peers implements AsyncDisposable {
  readonly #python: string;
  readonly #threads: number | undefined;
  readonly #args: readonly string[];
  #process: Deno.ChildProcess | undefined;
  #lines: AsyncGenerator<string> | undefined;

  /**
   * @param python A Python with the packages of requirements.txt.
   * @param args What it runs.
   */
  constructor(
    python: string,
    threads?: number,
    args: readonly string[] = [`${import.meta.dirname}/peers.py`],
  ) {
    this.#python = python;
    this.#threads = threads;
    this.#args = args;
  }

  /**
   * @throws {UsageError} If this is no Python with the packages.
   * @throws {Error} If Python ends instead of answering; its own message stands on standard error by then.
   */
  async answer(job: PeerJob): Promise<Answer> {
    this.#process ??= this.#start();
    this.#lines ??= linesOf(this.#process.stdout);
    const writer = this.#process.stdin.getWriter();
    await writer.write(new TextEncoder().encode(JSON.stringify(job) + "\n")).catch(() => {}); // it has ended: said below
    writer.releaseLock();
    const { value } = await this.#lines.next();
    if (value !== undefined) return JSON.parse(value);
    const code = await this.#end();
    const Kind = code === 2 ? UsageError : Error; // 2: peers.py has not got its packages
    throw new Kind(`Cannot get an answer of ${job.system} from ${this.#python}: it ended with ${code}`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#end();
  }

  /** Waits for Python, which ends with its input, and gives what it ended with. */
  async #end(): Promise<number | undefined> {
    const [process, lines] = [this.#process, this.#lines];
    this.#process = this.#lines = undefined;
    await process?.stdin.close().catch(() => {}); // it has ended by itself
    await lines?.return(undefined);
    return (await process?.status)?.code;
  }

  #start(): Deno.ChildProcess {
    const env: Record<string, string> = this.#threads === undefined
      ? {}
      : { OMP_NUM_THREADS: String(this.#threads) };
    const command = new Deno.Command(this.#python, {
      args: [...this.#args],
      env: { ...env, HF_HUB_OFFLINE: "1", TOKENIZERS_PARALLELISM: "false" },
      stdin: "piped",
      stdout: "piped",
    });
    try {
      return command.spawn();
    } catch (error) {
      throw new UsageError(`Cannot start the Python of TAXON_PYTHON, ${this.#python}: ${reasonOf(error)}`);
    }
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
