const WORDS: Readonly<Record<string, string>> = {
  ENOENT: "no such file or folder",
  EACCES: "no permission",
  EPERM: "no permission",
  EISDIR: "it is a folder",
};

/** Why something failed, in our words where the system, or Deno, refused it. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.name === "NotCapable") return "no permission"; // Deno's permissions
  const [, code, words] = /^(E[A-Z0-9]+): (.+?), \w+/.exec(error.message) ?? [];
  return code === undefined ? error.message : WORDS[code] ?? words;
}
