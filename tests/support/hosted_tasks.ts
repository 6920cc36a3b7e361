import { linesOf } from "./lines.ts";
import { root } from "./repository.ts";
import type { Run } from "./task_host.ts";
import type { Ended } from "./task.ts";

/** A process that runs one task again and again (`task_host.ts`). */
export class HostedTask {
  readonly #process: Deno.ChildProcess;
  readonly #runs: WritableStreamDefaultWriter<Uint8Array>;
  readonly #answers: AsyncGenerator<string>;
  #last: Promise<unknown> = Promise.resolve();

  /** @param args What follows `deno` in the task's command, with the module to run at last. */
  constructor(args: readonly string[], env: Record<string, string>) {
    this.#process = new Deno.Command(Deno.execPath(), {
      args: [...args.slice(0, -1), `${root.pathname}tests/support/task_host.ts`, `file://${args.at(-1)}`],
      cwd: root,
      env,
      stdin: "piped",
      stdout: "piped",
    }).spawn();
    this.#runs = this.#process.stdin.getWriter();
    this.#answers = linesOf(this.#process.stdout);
  }

  /** Runs the task, after those that were asked for before. */
  run(asked: Run): Promise<Ended> {
    const answer = this.#last.then(async () => {
      await this.#runs.write(new TextEncoder().encode(`${JSON.stringify(asked)}\n`));
      const { value } = await this.#answers.next();
      if (value === undefined) throw new Error(`The process died in which ${asked.args.join(" ")} ran`);
      return JSON.parse(value);
    });
    this.#last = answer.catch(() => {});
    return answer;
  }

  async close(): Promise<void> {
    await this.#runs.close().catch(() => {}); // one that died has failed a test already
    await this.#answers.return(undefined);
    await this.#process.status;
  }
}
