// Code point by code point, as terminals count: the wide blocks of UAX 11, and marks that stand on the letter before
const WIDE =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{20000}-\u{3fffd}]|\p{Emoji_Presentation}/u;
const MARK = /[\p{Mn}\p{Me}\p{Cf}]/u;

// deno-lint-ignore no-control-regex -- they are what this is about
const PARTS = /\x1b\[[?\d;]*[a-zA-Z]|\x1b.?|[\r\n\b\t\x07]|[^\x1b\r\n\b\t\x07]+/gs;
// deno-lint-ignore no-control-regex -- as above
const CONTROL = /^\x1b\[([?\d;]*)([a-zA-Z])$/;

/** A line of a screen. */
interface Row {
  cells: string[];
  /** Whether text ran over the right edge into the next row. */
  wraps: boolean;
}

/**
 * A terminal without keyboard: it keeps what a user sees, the rows that have scrolled away included. It knows what our
 * commands and Deno send, and throws at any other sequence, so that no test passes because of what it left out.
 */
export class Screen {
  readonly #columns: number;
  readonly #rows: Row[] = [{ cells: [], wraps: false }];
  #row = 0;
  #column = 0;

  constructor(columns: number) {
    this.#columns = columns;
  }

  /** All rows from the first on, without blanks at their ends. */
  get rows(): string[] {
    return this.#rows.map(textOf);
  }

  /** Lines that did not fit and were broken by the terminal, each as a whole. */
  get brokenLines(): string[] {
    const lines: string[] = [];
    for (let i = 0; i < this.#rows.length; i++) {
      if (!this.#rows[i].wraps) continue;
      let line = textOf(this.#rows[i]);
      while (this.#rows[i].wraps) line += textOf(this.#rows[++i]);
      lines.push(line);
    }
    return lines;
  }

  /** Shows what a program wrote. */
  write(output: string): void {
    for (const [part] of output.matchAll(PARTS)) {
      if (part.startsWith("\x1b")) this.#control(part);
      else if (part === "\n") this.#down();
      else if (part === "\r") this.#column = 0;
      else if (part === "\b") this.#column = Math.max(0, this.#column - 1);
      else if (part === "\t") this.#column = Math.min(this.#columns - 1, (this.#column >> 3) + 1 << 3);
      else if (part !== "\x07") {
        for (const letter of part) this.#put(letter, WIDE.test(letter) ? 2 : MARK.test(letter) ? 0 : 1);
      }
    }
  }

  #put(text: string, width: number): void {
    if (this.#column + width > this.#columns) {
      this.#rows[this.#row].wraps = true;
      this.#down();
      this.#column = 0;
    }
    const { cells } = this.#rows[this.#row];
    while (cells.length < this.#column) cells.push(" ");
    if (width === 0) cells[this.#column - 1] = (cells[this.#column - 1] ?? "") + text;
    else cells.splice(this.#column, width, text, ...Array(width - 1).fill(""));
    this.#column += width;
  }

  #down(): void {
    if (++this.#row === this.#rows.length) this.#rows.push({ cells: [], wraps: false });
  }

  #control(sequence: string): void {
    const [, parameters, letter] = CONTROL.exec(sequence) ?? [];
    const count = Math.max(1, Number(parameters?.split(";")[0]) || 1);
    const row = this.#rows[this.#row];
    if (letter === "m" || parameters?.startsWith("?")) return; // colours, and whether the cursor shows
    if (letter === "A") this.#row = Math.max(0, this.#row - count);
    else if (letter === "G") this.#column = count - 1;
    else if (letter === "C") this.#column = Math.min(this.#columns - 1, this.#column + count);
    else if (letter === "D") this.#column = Math.max(0, this.#column - count);
    else if (letter === "K" && (parameters === "" || parameters === "0")) this.#eraseEnd(row);
    else if (letter === "K" && parameters === "2") Object.assign(row, { cells: [], wraps: false });
    else if (letter === "J" && (parameters === "" || parameters === "0")) {
      this.#eraseEnd(row);
      this.#rows.splice(this.#row + 1);
    } else {throw new Error(
        `Cannot show ${JSON.stringify(sequence)}: the screen of the tests does not know it`,
      );}
  }

  #eraseEnd(row: Row): void {
    row.cells.splice(this.#column);
    row.wraps = false;
  }
}

function textOf({ cells }: Row): string {
  return cells.join("").trimEnd();
}
