import { type Command, type Flag, flagName } from "@taxon/app-shared";

/** Shells whose completions are written. */
export const shells = ["bash", "zsh", "fish"] as const;

/** One of {@linkcode shells}. */
export type Shell = typeof shells[number];

/** A flag as a shell completes it. */
interface Completion {
  readonly name: string;
  readonly description: string;
  /** Values to choose from; "files" for names of files. */
  readonly values?: readonly string[] | "files";
}

/** The script that completes the commands, their flags and the values of these in a shell. */
export function completions(shell: Shell, tables: Readonly<Record<string, Command>>): string {
  return { bash, zsh, fish }[shell](tables);
}

function completionsOf({ flags }: Command): Completion[] {
  return [
    ...Object.entries(flags).map(([property, flag]): Completion => {
      const off = flag.type === "boolean" && flag.default;
      return {
        name: (off ? "no-" : "") + flagName(property),
        description: flag.description,
        values: valuesOf(flag),
      };
    }),
    { name: "help", description: "Show all flags" },
    { name: "version", description: "Show versions" },
  ];
}

function valuesOf(flag: Flag): readonly string[] | "files" | undefined {
  if (flag.type === "boolean") return undefined;
  if ("choices" in flag && flag.choices) return flag.choices;
  return /FILE|DIR|FOLDER|RUN/.test(flag.placeholder ?? "") ? "files" : [];
}

const names = (tables: Readonly<Record<string, Command>>) =>
  [...Object.keys(tables), "completions"].join(" ");

function bash(tables: Readonly<Record<string, Command>>): string {
  const cases = Object.entries(tables).map(([name, command]) => {
    const flags = completionsOf(command);
    const valued = flags.filter(({ values }) => values !== undefined && values !== "files").map((flag) =>
      `      --${flag.name}) COMPREPLY=($(compgen -W "${
        (flag.values as string[]).join(" ")
      }" -- "$word")); return ;;`
    );
    return [
      `  ${name})`,
      `    case "$before" in`,
      ...valued,
      ...flags.filter(({ values }) => values === "files").map(({ name }) =>
        `      --${name}) COMPREPLY=($(compgen -f -- "$word")); return ;;`
      ),
      `    esac`,
      `    flags="${flags.map(({ name }) => `--${name}`).join(" ")}" ;;`,
    ].join("\n");
  });
  return `# bash completions of taxon: source <(taxon completions bash)
_taxon() {
  local word="\${COMP_WORDS[COMP_CWORD]}" before="\${COMP_WORDS[COMP_CWORD-1]}" flags=""
  if [ "$COMP_CWORD" -eq 1 ]; then COMPREPLY=($(compgen -W "${names(tables)}" -- "$word")); return; fi
  case "\${COMP_WORDS[1]}" in
${cases.join("\n")}
  completions) COMPREPLY=($(compgen -W "${shells.join(" ")}" -- "$word")); return ;;
  esac
  if [[ "$word" == -* ]]; then COMPREPLY=($(compgen -W "$flags" -- "$word"))
  else COMPREPLY=($(compgen -f -- "$word")); fi
}
complete -o filenames -F _taxon taxon
`;
}

function zsh(tables: Readonly<Record<string, Command>>): string {
  const quote = (text: string) => text.replaceAll("'", "’").replace(/[[\]:\\]/g, "\\$&");
  const argument = ({ name, description, values }: Completion) => {
    const action = values === undefined
      ? ""
      : values === "files"
      ? ":file:_files"
      : `:value:(${values.join(" ")})`;
    return `      '--${name}[${quote(description)}]${action}'`;
  };
  const cases = Object.entries(tables).map(([name, command]) =>
    `    ${name}) _arguments \\\n${
      completionsOf(command).map(argument).join(" \\\n")
    } \\\n      '*:text:_files' ;;`
  );
  const described = Object.values(tables).map(({ name, summary }) => `    '${name}:${quote(summary)}'`);
  return `#compdef taxon
# zsh completions of taxon: source <(taxon completions zsh)
_taxon() {
  local -a commands
  commands=(
${described.join("\n")}
    'completions:Prints the completions of a shell'
  )
  if (( CURRENT == 2 )); then _describe command commands; return; fi
  local name="\${words[2]}"
  shift words
  (( CURRENT-- ))
  case "$name" in
${cases.join("\n")}
    completions) _values shell ${shells.join(" ")} ;;
  esac
}
compdef _taxon taxon
`;
}

function fish(tables: Readonly<Record<string, Command>>): string {
  const quote = (text: string) => `'${text.replace(/['\\]/g, "\\$&")}'`;
  const lines = Object.entries(tables).flatMap(([name, command]) => [
    `complete -c taxon -n __fish_use_subcommand -f -a ${name} -d ${quote(command.summary)}`,
    ...completionsOf(command).map(({ name: flag, description, values }) => {
      const value = values === undefined
        ? ""
        : values === "files"
        ? " -r"
        : ` -x -a ${quote(values.join(" "))}`;
      return `complete -c taxon -n '__fish_seen_subcommand_from ${name}' -l ${flag} -d ${
        quote(description)
      }${value}`;
    }),
  ]);
  return `# fish completions of taxon: taxon completions fish | source
${lines.join("\n")}
complete -c taxon -n __fish_use_subcommand -f -a completions -d 'Prints the completions of a shell'
complete -c taxon -n '__fish_seen_subcommand_from completions' -f -a ${quote(shells.join(" "))}
`;
}
