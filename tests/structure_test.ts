import { assertEquals } from "@std/assert";
import { circlesIn, importProblem, importsOf, type Room } from "./support/import_graph.ts";
import { readText, repositoryFiles, roomsAmong } from "./support/repository.ts";

/** What the sources of each package may import of this repository; docs/architecture.md gives the reasons. */
const packageImports: Record<string, readonly string[]> = {
  tensor: [],
  safetensors: [],
  decision: [],
  text: ["decision"],
  data: ["decision"],
  serving: ["decision"],
  visualization: ["decision"],
  autograd: ["tensor"],
  nn: ["tensor"],
  conformance: ["tensor", "autograd"],
  model: ["decision", "nn", "tensor", "safetensors"],
  train: ["decision", "tensor", "autograd", "nn", "text"],
  explain: ["decision", "tensor", "autograd", "nn", "model"],
  onnx: ["decision", "nn", "model", "text"],
  classifier: [
    "decision",
    "tensor",
    "nn",
    "safetensors",
    "model",
    "text",
    "explain",
    "visualization",
    "data",
    "train",
    "backend-auto",
  ],
};

/** Test files need a backend to run on, and gradients or the conformance kit to check with. */
const importsOfTests = ["backend-cpu", "autograd", "conformance"];

/** Files of packages that reach the outside, each with its reason. */
const openFiles: Record<string, string> = {
  "packages/classifier/folder/folder_files.ts":
    "TextClassifier.open reads a model's folder in Deno, Node and Bun",
};

/** Files over 350 lines that stay whole, each with its reason. */
const longFiles: Record<string, string> = {
  "packages/tensor/backend.ts": "the contract of backends, read from top to bottom by whoever writes one",
};

function allowedImports({ folder }: Room): readonly string[] | undefined {
  const [parent, name] = folder.split("/");
  if (parent === "apps") return undefined;
  if (parent === "packages") return packageImports[name] ?? [];
  return name === "auto" ? ["tensor", ...backendNames] : ["tensor"];
}

const files = repositoryFiles();
const allRooms = roomsAmong(files);
const backendNames = allRooms.filter((room) => room.folder.startsWith("backends/"))
  .map((room) => room.name.slice("@taxon/".length));
const isTest = (file: string) => /_(?:test|bench)\.ts$/.test(file);

/** `file:line: text` of each line of the files that the pattern matches. */
function matchingLines(among: readonly string[], pattern: RegExp): string[] {
  return among.flatMap((file) =>
    (readText(file) ?? "").split("\n").flatMap((line, i) =>
      pattern.test(line) ? [`${file}:${i + 1}: ${line.trim().slice(0, 120)}`] : []
    )
  );
}

Deno.test("every room imports only what docs/architecture.md allows", () => {
  const sources = files.filter((file) => /^(?:packages|backends|apps)\/.*\.ts$/.test(file));
  const problems = sources.flatMap((file) => {
    const room = allRooms.find(({ folder }) => file.startsWith(`${folder}/`));
    if (!room) return `${file} belongs to no room; give its folder a deno.json`;
    return importsOf(readText(file)!).flatMap((specifier) => {
      if (specifier === "node:fs" && openFiles[file]) return [];
      return importProblem({ file, specifier }, room, allowedImports, importsOfTests) ?? [];
    });
  });
  assertEquals(problems, []);
});

Deno.test("classifying and explaining need no trainer: only @taxon/classifier/training imports one", () => {
  const sources = files.filter((file) =>
    /^packages\/(?:classifier(?!\/training)|explain|model|onnx|serving)\/.*\.ts$/.test(file) && !isTest(file)
  );
  assertEquals(
    matchingLines(sources, /from "(?:@taxon\/train|@taxon\/classifier\/training|\..*\/training\/)/),
    [],
  );
});

Deno.test("no files import each other in a circle, not for their types either", () => {
  const sources = files.filter((file) => /^(?:packages|backends|apps)\/.*\.tsx?$/.test(file));
  const target = (file: string, specifier: string): string => {
    if (specifier.startsWith(".")) return new URL(specifier, `file:///${file}`).pathname.slice(1);
    const room = allRooms.find(({ name }) => name === specifier);
    return room ? `${room.folder}/mod.ts` : "";
  };
  const imports = new Map(sources.map((file) => {
    return [file, importsOf(readText(file)!).map((specifier) => target(file, specifier))];
  }));
  assertEquals(circlesIn(imports).map((circle) => circle.join(" → ")), []);
});

Deno.test("the search for circles finds each, and none where two ways lead to one file", () => {
  const found = (imports: Record<string, string[]>) => circlesIn(new Map(Object.entries(imports)));
  assertEquals(found({ a: ["b", "c"], b: ["d"], c: ["d"], d: [] }), []);
  assertEquals(found({ a: ["b"], b: ["c"], c: ["a", "d"], d: ["d"] }), [["a", "b", "c"], ["d"]]);
});

Deno.test("every package has a line in the table of allowed imports", () => {
  const packages = allRooms.filter((room) => room.folder.startsWith("packages/"));
  assertEquals(packages.map((room) => room.folder.split("/")[1]).sort(), Object.keys(packageImports).sort());
});

Deno.test("the import check sees every form of import and names the forbidden ones", () => {
  const source = [
    'import { a } from "@taxon/tensor";',
    'import type { B } from "@taxon/model";',
    "export {",
    "  c,",
    '} from "../cpu/mod.ts";',
    'import "./setup.ts";',
    '  const d = await import("left-pad");',
    'const worker = new URL("../../packages/nn/worker.ts", import.meta.url);',
    ' * import { e } from "@taxon/train";', // an example in a doc comment
    'import { f } from "hono/cors";',
    'import { assert } from "@std/assert";',
  ].join("\n");
  const room = { folder: "backends/ffi", name: "@taxon/backend-ffi", libraries: ["hono"] };
  const problems = importsOf(source).flatMap((specifier) =>
    importProblem({ file: "backends/ffi/mod.ts", specifier }, room, allowedImports, importsOfTests) ?? []
  );
  assertEquals(problems, [
    "backends/ffi/mod.ts imports @taxon/model; a backend may import only @taxon/tensor",
    "backends/ffi/mod.ts imports backends/cpu/mod.ts by path; other rooms are imported by their package name",
    'backends/ffi/mod.ts imports left-pad; name the library under "imports" in backends/ffi/deno.json',
    "backends/ffi/mod.ts imports packages/nn/worker.ts by path; other rooms are imported by their package name",
  ]);
});

Deno.test("a test of an app may import what tests share, a source file may not", () => {
  const room = { folder: "apps/train", name: "@taxon/app-train", libraries: [] };
  const specifier = "../../tests/support/scratch.ts";
  const check = (file: string) => importProblem({ file, specifier }, room, allowedImports, importsOfTests);
  assertEquals(check("apps/train/train_test.ts"), undefined);
  assertEquals(
    check("apps/train/train.ts"),
    "apps/train/train.ts imports tests/support/scratch.ts by path; other rooms are imported by their package name",
  );
});

Deno.test("a test file may import the CPU backend, a source file may not", () => {
  const room = { folder: "packages/nn", name: "@taxon/nn", libraries: [] };
  const check = (file: string) =>
    importProblem({ file, specifier: "@taxon/backend-cpu" }, room, allowedImports, importsOfTests);
  assertEquals(check("packages/nn/linear_test.ts"), undefined);
  assertEquals(
    check("packages/nn/linear.ts"),
    "packages/nn/linear.ts imports @taxon/backend-cpu; packages/nn may import only @taxon/tensor",
  );
});

Deno.test("packages are pure: no use of Deno's or Node's functions outside tests", () => {
  const sources = files.filter((file) =>
    file.startsWith("packages/") && file.endsWith(".ts") && !isTest(file) &&
    !file.startsWith("packages/conformance/") && // registers tests, which is its purpose
    !openFiles[file]
  );
  assertEquals(matchingLines(sources, /^(?!\s*(?:\*|\/\/|\/\*)).*\b(?:Deno\.\w|getBuiltinModule)/), []);
});

Deno.test("no file names a registry's host or a path of one machine", () => {
  const written = files.filter((file) => !/\.lock$|^tests\/golden\/|^apps\/train\/data\//.test(file));
  const hosts = /\b(?:npmjs|pypi|pythonhosted|crates|jsr|golang|maven)\.(?:org|io)\b/;
  const paths = /\/(?:work|farm|root|tmp|home\/\w+|Users\/\w+)\//;
  assertEquals([...matchingLines(written, hosts), ...matchingLines(written, paths)], []);
});

Deno.test("pages shipped to a browser load nothing from another host", () => {
  const shipped = files.filter((file) =>
    /^(?:packages|apps)\/.*\.(?:tsx?|html|css|js)$/.test(file) && !isTest(file)
  );
  const loads = /(?:\bsrc\s*=\s*|<link\b[^>]*\bhref\s*=\s*|\burl\(\s*|@import\s+)\\?["'`]?(?:https?:)?\/\//;
  assertEquals(matchingLines(shipped, loads), []);
});

Deno.test("files stay short: one idea in at most 350 lines", () => {
  const sources = files.filter((file) => /\.(?:tsx?|rs|wgsl)$/.test(file));
  const long = sources.filter((file) => readText(file)!.split("\n").length - 1 > 350);
  assertEquals(long, Object.keys(longFiles));
});
