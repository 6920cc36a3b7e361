import { assertEquals } from "@std/assert";
import { repositoryFiles, roomsAmong, root } from "../support/repository.ts";
import { inScratch, parseLines } from "../support/scratch.ts";
import { smallExamples, tinyFlags, toCsv } from "../support/small_data.ts";
import { succeed } from "../support/task.ts";

/** All packages but `serving`: a project without our lock file would ask the registry about its dependencies. */
const rooms = roomsAmong(repositoryFiles()).filter(({ folder, name }) =>
  !folder.startsWith("apps/") && name !== "@taxon/serving"
);

/** A program of somebody else's: it knows the packages by name only. */
const program = `
${rooms.map(({ name }) => `import "${name}";`).join("\n")}
import { selectBackend } from "@taxon/backend-auto";
import { TextClassifier } from "@taxon/classifier";

const [folder, text] = Deno.args;
const { backend } = await selectBackend("cpu", { threads: 1 });
using _backend = backend;
using classifier = await TextClassifier.open(folder, { backend });
console.log(JSON.stringify((await classifier.classify(text)).scores));
`;

/** How a project names packages of ours; linked to this checkout, so that nothing must be published to test it. */
const config = {
  imports: Object.fromEntries(rooms.map(({ name }) => [name, `jsr:${name}@^0.2.0`])),
  links: [...rooms.map(({ folder }) => folder), ...standardLibrary()].map((folder) => root.pathname + folder),
};

function standardLibrary(): string[] {
  const files = repositoryFiles("third_party/std/").filter((file) => file.endsWith("/deno.json"));
  return files.map((file) => file.slice(0, -"/deno.json".length));
}

Deno.test("a project outside the repository imports the packages, loads a trained model and classifies", () =>
  inScratch(async (folder) => {
    await Deno.writeTextFile(`${folder}/train.csv`, toCsv(smallExamples(90)));
    const model = `${folder}/model`;
    await succeed("train", ["--train", `${folder}/train.csv`, "--output", model, ...tinyFlags()]);

    const project = `${folder}/project`;
    await Deno.mkdir(project);
    await Deno.writeTextFile(`${project}/deno.json`, JSON.stringify(config));
    await Deno.writeTextFile(`${project}/main.ts`, program);
    const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: [
        "run",
        "--cached-only",
        "--no-lock",
        "--no-prompt",
        `--allow-read=${model}`,
        "main.ts",
        model,
        "soup today",
      ],
      cwd: project,
      env: { NO_COLOR: "1" },
    }).output();
    assertEquals(code, 0, new TextDecoder().decode(stderr));

    const predicted = await succeed("predict", ["--model", model, "--format", "jsonl", "soup today"]);
    assertEquals(parseLines(new TextDecoder().decode(stdout)), [parseLines(predicted.stdout)[0].scores]);
  }));
