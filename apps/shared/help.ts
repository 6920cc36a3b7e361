import { type Command, type Flag, flagName } from "./command.ts";
import { describeRange, placeholderOf } from "./flags.ts";

/** The text of `--help`: what the command does, its flags with defaults and ranges, and real calls. */
export function helpText(command: Command): string {
  const call = `deno task ${command.name}`;
  const rows = Object.entries(command.flags).map(([property, flag]) => [
    usage(flagName(property), flag),
    describe(flag),
  ]);
  rows.push(["--help", "Show this text"], ["--version", "Show versions"]);
  const width = Math.max(...rows.map(([left]) => left.length));
  const usageLine = `${call} [flags]${command.texts ? ` ${command.texts.placeholder}` : ""}`;
  const sections = [command.summary, `Usage: ${usageLine}`];
  if (command.texts) sections.push(`${command.texts.placeholder}  ${command.texts.description}`);
  sections.push(`Flags:\n${rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`).join("\n")}`);
  const examples = command.examples.map(({ purpose, args }) =>
    `  # ${purpose}\n  ${`${call} ${args}`.trimEnd()}`
  );
  sections.push(`Examples:\n${examples.join("\n")}`);
  return sections.join("\n\n");
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
    notes.push(`default ${flag.default}`);
  }
  return notes.length > 0 ? `${flag.description} (${notes.join("; ")})` : flag.description;
}
