import { call as calledAs } from "./call.ts";
import { type Command, type Flag, flagName, groups } from "./command.ts";
import { describeRange, placeholderOf } from "./flags.ts";
import { textWidth } from "./text_width.ts";
import { wrap } from "./wrap.ts";

/** Flags with values of many letters have their description below, so that it does not become a thin column. */
const WIDEST_LEFT = 32;

/**
 * The text of `--help`: what the command does, its flags with defaults and ranges, and real calls.
 *
 * @param columns Width of the terminal; without one, each description is one line.
 * @param caller What stands before the command's name.
 */
export function helpText(command: Command, columns = Infinity, caller = calledAs): string {
  const call = `${caller} ${command.name}`;
  const usageLine = `${call} [flags]${command.texts ? ` ${command.texts.placeholder}` : ""}`;
  const sections = [wrap(command.summary, columns), `Usage: ${usageLine}`];
  if (command.texts) {
    sections.push(twoColumns([[command.texts.placeholder, command.texts.description]], columns));
  }
  const flags = Object.entries(command.flags);
  for (const group of [undefined, ...groups]) {
    const rows = flags.filter(([, flag]) => flag.group === group).map((
      [property, flag],
    ): [string, string] => [
      `  ${usage(flagName(property), flag)}`,
      describe(flag),
    ]);
    if (group === undefined) rows.push(["  --help", "Show this text"], ["  --version", "Show versions"]);
    if (rows.length > 0) sections.push(`${titleOf(group)}:\n${twoColumns(rows, columns)}`);
  }
  const examples = command.examples.map(({ purpose, args }) =>
    `${wrap(`  # ${purpose}`, columns).replaceAll("\n    ", "\n  # ")}\n  ${`${call} ${args}`.trimEnd()}`
  );
  sections.push(`Examples:\n${examples.join("\n")}`);
  return sections.join("\n\n");
}

/** Names to the left, and beside them what they mean, in a column of its own where there is not room for all. */
export function twoColumns(rows: readonly [string, string][], columns: number): string {
  const lefts = rows.map(([left]) => textWidth(left));
  const limit = columns === Infinity ? Infinity : WIDEST_LEFT;
  const start = Math.max(...lefts.filter((width) => width <= limit), 0) + 2;
  const blanks = " ".repeat(start);
  return rows.map(([left, right], i) => {
    const [first, ...rest] = wrap(right, Math.max(20, columns - start)).split("\n").map((line) =>
      line.trim()
    );
    const head = lefts[i] + 2 > start ? `${left}\n${blanks}${first}` : `${left.padEnd(start)}${first}`;
    return [head, ...rest.map((line) => blanks + line)].join("\n");
  }).join("\n");
}

function titleOf(group = "flags"): string {
  return group[0].toUpperCase() + group.slice(1);
}

function usage(name: string, flag: Flag): string {
  if (flag.type !== "boolean") return `--${name} ${placeholderOf(flag)}`;
  return flag.default ? `--no-${name}` : `--${name}`;
}

function describe(flag: Flag): string {
  const notes: string[] = [];
  if ("required" in flag && flag.required) notes.push("required");
  if (flag.type === "number" && (flag.min !== undefined || flag.max !== undefined)) {
    notes.push(describeRange(flag));
  }
  if ("choices" in flag && flag.choices && flag.placeholder) notes.push(`one of ${flag.choices.join(", ")}`);
  if (flag.type !== "boolean" && flag.default !== undefined && String(flag.default) !== "") {
    notes.push(`default ${Array.isArray(flag.default) ? flag.default.join(", ") : flag.default}`);
  }
  return notes.length > 0 ? `${flag.description} (${notes.join("; ")})` : flag.description;
}
