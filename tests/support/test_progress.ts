/** How far a run of `deno test --parallel` is, from what it prints: `./tests/run_test.ts => name ... ok (1ms)`. */
export class TestProgress {
  readonly #start = Date.now();
  readonly #files = new Set<string>();
  #rest = "";
  #ended = 0;
  #last = "nothing yet";

  read(text: string): void {
    // deno-lint-ignore no-control-regex -- removes colours
    const lines = (this.#rest + text).replace(/\x1b\[[0-9;]*m/g, "").split("\n");
    this.#rest = lines.pop()!;
    for (const line of lines) {
      const [, file, name] = /^(\S+) => (.*) \.\.\. (?:ok|FAILED|ignored)\b/.exec(line) ?? [];
      if (file === undefined) continue;
      this.#files.add(file);
      this.#ended++;
      this.#last = `${file}: ${name}`;
    }
  }

  /** `3 min: 1200 tests of 120 files have ended, the last of them ./tests/run_test.ts: name`. */
  line(): string {
    const minutes = ((Date.now() - this.#start) / 60_000).toFixed(1);
    return `${minutes} min: ${this.#ended} tests of ${this.#files.size} files have ended, the last of them ${this.#last}`;
  }
}
