import { assertEquals, assertGreater } from "@std/assert";
import { repositoryFiles, roomsAmong, root } from "./support/repository.ts";

/** The part of `deno doc --json` that is read here. */
interface Documentation {
  nodes: Record<string, {
    module_doc?: unknown;
    symbols: { name: string; declarations: { location: Location; jsDoc?: unknown }[] }[];
  }>;
}

interface Location {
  filename: string;
  line: number;
}

const published = roomsAmong(repositoryFiles()).filter(({ folder }) => !folder.startsWith("apps/"));

async function documentation(): Promise<Documentation> {
  const { stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["doc", "--json", ...published.map(({ folder }) => `${folder}/mod.ts`)],
    cwd: root,
    stderr: "inherit",
  }).output();
  return JSON.parse(new TextDecoder().decode(stdout));
}

Deno.test("everything that a package exports has a documentation comment", async () => {
  const { nodes } = await documentation();
  assertEquals(Object.keys(nodes).length, published.length);
  const symbols = Object.values(nodes).flatMap((module) => module.symbols);
  assertGreater(symbols.length, 100);
  const missing = symbols.filter(({ declarations }) => declarations.every(({ jsDoc }) => !jsDoc))
    .map(({ name, declarations: [{ location }] }) =>
      `${location.filename.slice(root.href.length)}:${location.line + 1}: ${name}`
    );
  assertEquals(missing, []);
});

Deno.test("every package opens with a documentation comment", async () => {
  const { nodes } = await documentation();
  const missing = Object.entries(nodes).filter(([, module]) => !module.module_doc).map(([name]) => name);
  assertEquals(missing, []);
});
