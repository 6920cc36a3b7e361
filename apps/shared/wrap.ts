import { textWidth } from "./text_width.ts";

/** A command to copy, which is no command any more once a line ends in it. */
const COMMAND = /^\s+(?:deno|taxon) /;

/**
 * Breaks lines that are wider than `columns` at blanks; what follows is indented like the line, and two more if the line
 * is a list or begins with what it is about. Commands to copy stay whole, and so does a single word that is too wide.
 */
export function wrap(text: string, columns: number): string {
  return text.split("\n").map((line) => wrapLine(line, columns)).join("\n");
}

function wrapLine(line: string, columns: number): string {
  if (textWidth(line) <= columns || COMMAND.test(line)) return line;
  const [start] = /^\s*/.exec(line)!;
  const indent = " ".repeat(start.length + (/^\s+|^[\w -]+: /.test(line) ? 2 : 0));
  const words = line.trim().match(/["'(]?(?:deno task|taxon) \S+|\S+/g) ?? [];
  const lines = [start];
  let empty = true;
  for (const word of words) {
    const longer = `${lines.at(-1)}${empty ? "" : " "}${word}`;
    if (empty || textWidth(longer) <= columns) lines[lines.length - 1] = longer;
    else lines.push(indent + word);
    empty = false;
  }
  return lines.join("\n");
}
