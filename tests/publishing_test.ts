import { assert, assertEquals } from "@std/assert";
import { importsOf } from "./support/import_graph.ts";
import { readText, repositoryFiles, roomsAmong, root } from "./support/repository.ts";

/** Where sources start that no export leads to: what `deno task build:page` bundles into `generated`. */
const bundled = "packages/visualization/page/main.ts";

/** Files of a package that are no TypeScript. */
const otherFiles = /^[^/]+\/[^/]+\/(?:deno\.json|README\.md|page\/page\.css)$/;

/** What `deno publish` would send, relative to the repository. */
async function publishedFiles(): Promise<string[]> {
  const { stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["publish", "--dry-run", "--allow-dirty", "--no-check", "--allow-slow-types"],
    cwd: root,
    env: { NO_COLOR: "1" },
  }).output();
  const printed = new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr);
  assert(printed.includes("Success"), printed);
  return Array.from(printed.matchAll(/^\s+(file:\/\/\S+) \(/gm), ([, url]) => url.slice(root.href.length));
}

/** The sources that the exports of published packages lead to: by imports, and as files of workers. */
function exportedSources(published: readonly string[]): Set<string> {
  const sources = new Set(repositoryFiles().filter((file) => file.endsWith(".ts")));
  const rooms = roomsAmong(published);
  assert(rooms.length >= 15, `${rooms.length} packages are published`);
  const exported = rooms.flatMap(({ folder }) => {
    const { exports } = JSON.parse(readText(`${folder}/deno.json`)!);
    const paths = Object.values<string>(typeof exports === "string" ? { exports } : exports);
    return paths.map((path) => `${folder}/${path.slice(2)}`);
  });
  const reached = new Set([...exported, bundled]);
  for (const file of reached) { // grows on the way
    for (const specifier of importsOf(readText(file)!)) {
      const target = new URL(specifier, `file:///${file}`).pathname.slice(1);
      if (specifier.startsWith(".") && sources.has(target)) reached.add(target);
    }
  }
  return reached;
}

Deno.test("packages are published with all that their exports lead to, without tests and their data", async () => {
  const published = await publishedFiles();
  const sources = exportedSources(published);
  const needless = published.filter((file) =>
    file.endsWith(".ts") ? !sources.has(file) : !otherFiles.test(file)
  );
  assertEquals(needless, []);
  assertEquals([...sources].filter((file) => !published.includes(file)), []);
});
