/** What `taxon` starts for a command. */
export interface Entry {
  /** Module below `apps`. */
  readonly module: string;
  /** The set of permissions of the root's deno.json; that of the task of the same name. */
  readonly permissions: string;
  /** Whether it downloads models. */
  readonly hub?: true;
  /** Whether it starts further processes of Deno. */
  readonly deno?: true;
}

/** The commands, in the order in which a stranger comes to need them. */
export const entries: Readonly<Record<string, Entry>> = {
  train: { module: "train/main.ts", permissions: "train", hub: true },
  predict: { module: "predict/main.ts", permissions: "predict" },
  evaluate: { module: "evaluate/main.ts", permissions: "evaluate" },
  compare: { module: "compare/main.ts", permissions: "compare" },
  visualize: { module: "visualize/main.ts", permissions: "visualize" },
  serve: { module: "serve/launch.ts", permissions: "serve", deno: true },
  export: { module: "export/main.ts", permissions: "export" },
  pretrain: { module: "pretrain/main.ts", permissions: "train", hub: true },
  doctor: { module: "doctor/main.ts", permissions: "doctor" },
};
