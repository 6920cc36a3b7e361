import { call } from "./call.ts";

/** The command that goes on with a run to the same bits. */
export function resumeCommand(
  task: "train" | "pretrain",
  output: string,
  { backend, precision, train }: { backend: string; precision: string; train?: string },
): string {
  const flags = [
    ...(task === "pretrain" ? [`--train ${shellWord(train!)}`] : []), // it must always be written
    `--output ${shellWord(output)}`,
    "--resume",
    `--backend ${backend}`,
    ...(precision === "f32" ? [] : [`--precision ${precision}`]),
  ];
  return `${call} ${task} ${flags.join(" ")}`;
}

/** A word as a shell reads it back. */
function shellWord(word: string): string {
  return /^[\w@%+=:,./\\-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
