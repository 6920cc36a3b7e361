/**
 * Writes the README.md of each package from the comment that its mod.ts opens with, whose examples run as tests. What
 * follows the line of `END` in a README is written by hand and stays.
 */
import { readText, repositoryFiles, roomsAmong, root } from "./support/repository.ts";

const END = "Part of Taxon; the comments of what it exports say the rest.";

/** The READMEs that should be there, by their paths. */
export async function readmes(): Promise<Map<string, string>> {
  const files = repositoryFiles();
  const rooms = roomsAmong(files).filter(({ folder }) => !folder.startsWith("apps/"));
  return new Map(
    await Promise.all(rooms.map(async ({ folder, name }): Promise<[string, string]> => {
      const path = `${folder}/README.md`;
      const byHand = files.includes(path) ? readText(path)!.split(`${END}\n`)[1] ?? "" : "";
      const text = `# ${name}\n\n${markdownOf(readText(`${folder}/mod.ts`)!)}\n\n${END}\n${byHand}`;
      return [path, await formatted(text)];
    })),
  );
}

/** The opening comment of a module as Markdown: an example becomes a section. */
function markdownOf(source: string): string {
  const comment = /\/\*\*\n([^]*?)\n \*\//.exec(source)![1];
  return comment.replace(/^ \* ?/gm, "").replace(/\s*@module\s*$/, "")
    .replace(/^@example ?(.*)$/gm, (_, title) => `## ${title || "Example"}\n`).trim();
}

async function formatted(markdown: string): Promise<string> {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["fmt", "--ext=md", "-"],
    cwd: root,
    stdin: "piped",
    stdout: "piped",
  }).spawn();
  const [{ stdout }] = await Promise.all([child.output(), new Response(markdown).body!.pipeTo(child.stdin)]);
  return new TextDecoder().decode(stdout);
}

if (import.meta.main) {
  for (const [path, text] of await readmes()) await Deno.writeTextFile(new URL(path, root), text);
}
