import { type Command, suggest, twoColumns, wrap } from "@taxon/app-shared";

/** What `taxon` says without arguments: what to do first, then the commands. */
export function overview(tables: Readonly<Record<string, Command>>, columns = Infinity): string {
  const steps = [
    ["taxon train", "trains on the help-desk messages that come with it, to see it work"],
    ["taxon train --train FILE", "trains on yours: a .csv with the columns text and label, say"],
    ['taxon predict --model runs/help-desk-1 "cannot log in"', "classifies a text"],
    ["taxon serve --model runs/help-desk-1", "answers over HTTP, and shows the model at /"],
  ];
  const first = steps.map(([call, purpose]) => `${wrap(`  # ${purpose}`, columns)}\n  ${call}`).join("\n");
  const rows = Object.values(tables).map(({ name, summary }): [string, string] => [`  ${name}`, summary]);
  rows.push(["  completions", "Prints the completions of a shell: bash, zsh or fish."]);
  return [
    wrap("Taxon trains, inspects and serves text classifiers.", columns),
    `First:\n${first}`,
    `Commands:\n${twoColumns(rows, columns)}`,
    wrap("taxon COMMAND --help lists the flags of a command.", columns),
  ].join("\n\n");
}

/** Why there is no such command, in one line. */
export function unknownCommand(name: string, known: readonly string[]): string {
  const meant = suggest(name, known);
  return `Cannot run "${name}": ${meant ? `did you mean taxon ${meant}` : `known are ${known.join(", ")}`}`;
}
