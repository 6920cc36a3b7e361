import { computeFlags, dataFlags, defineCommand, type FlagValues, jsonFlag } from "@taxon/app-shared";

/** `deno task compare`. */
export const command = defineCommand({
  name: "compare",
  summary: "Puts finished runs side by side on the same labelled texts: is one better by more than chance?",
  texts: {
    placeholder: "RUN RUN [RUN …]",
    description: "Folders of finished runs, or other models with --file; each is compared with the first",
  },
  flags: {
    file: {
      type: "string",
      placeholder: "FILE",
      description:
        "Score the models on these labelled texts (default: what the runs wrote of their test split)",
    },
    ...dataFlags,
    examples: {
      type: "number",
      integer: true,
      min: 0,
      default: 5,
      description: "Texts shown that only one run has right, in each direction",
    },
    seed: {
      type: "number",
      integer: true,
      min: 0,
      default: 42,
      description: "Decides the 10,000 resamples of the intervals",
    },
    ...computeFlags,
    json: jsonFlag,
  },
  examples: [
    { purpose: "Two runs with the same test split", args: "runs/tickets-1 runs/tickets-2" },
    { purpose: "On other texts, scored anew", args: "runs/tickets-1 runs/tickets-2 --file march.csv" },
    { purpose: "As JSON, for a script", args: "runs/tickets-1 runs/tickets-2 runs/tickets-3 --json" },
  ],
});

/** Checked flags of `deno task compare`. */
export type CompareFlags = FlagValues<typeof command.flags>;
