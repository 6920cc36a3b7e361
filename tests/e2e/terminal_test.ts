import { assert, assertEquals } from "@std/assert";
import { builtLibrary } from "@taxon/backend-ffi/build";
import { presentBackends } from "../support/backends.ts";
import { copyRepository, root } from "../support/repository.ts";
import { inScratch } from "../support/scratch.ts";
import { withoutGpu } from "../support/task.ts";
import { hasScript, runInTerminal, type TerminalRun } from "../support/terminal.ts";

const small = ["--layers", "1", "--model-size", "16", "--heads", "2", "--head-dim", "8"];
const tiny = ["--epochs", "2", "--batch-size", "8", ...small]; // steps enough for a bar to be drawn again and again
const own = ["--train", "data.csv", "--test", "test.csv"];

/** Tasks for those who change the repository; all others are started below. */
const forDevelopers = [
  ...["build:npm", "check:npm", "release:check"],
  ...["bench:compare", "bench:browser", "pack:ffi", "build:page", "test", "test:conformance", "test:parity"],
  ...[
    "test:interop",
    "figures",
    "check:importance",
    "check:tsc",
    "check:calibration",
    "check:container",
    "test:hostile",
    "matrix",
    "quality",
    "soak",
    "ok",
    "static",
    "hub",
    "self",
  ],
];

/** A task as a user calls it. */
interface Call {
  args: readonly string[];
  stopAt?: RegExp;
  /** What it ends with; 0 by default. */
  code?: number;
  /** Width of the terminal; 80 by default. */
  columns?: number;
  /** Prints lines for programs on standard output. */
  printsJson?: boolean;
}

/** Calls of the commands that compute, in an order in which each finds what it needs. */
const computing: readonly Call[] = [
  { args: ["train", ...own, ...tiny, "--output", "runs/desk-a"] },
  { args: ["train", ...own, ...tiny, "--seed", "1", "--compare", "runs/desk-a", "--output", "runs/desk-b"] },
  { args: ["pretrain", "--train", "texts.txt", ...tiny, "--output", "runs/words"] },
  { args: ["evaluate", "--model", "runs/desk-a", "--data", "test.csv"] },
  { args: ["compare", "runs/desk-a", "runs/desk-b"] },
  { args: ["predict", "--model", "runs/desk-a", "the parcel has not come", "an invoice ".repeat(20)] },
  { args: ["predict", "--model", "runs/desk-a", "--format", "jsonl", "no parcel"], printsJson: true },
  { args: ["visualize", "--model", "runs/desk-a", "the parcel has not come"] },
  { args: ["serve", "--model", "desk=runs/desk-a", "--port", "0"], stopAt: /Listening on/ },
  { args: ["bench", "--workloads", "W1-1x32", "--budget", "0.01"], printsJson: true },
];

/** Calls that are the same with every backend, some of them wrong. */
const others: readonly Call[] = [
  { args: ["train", "--epochs", "1", ...small, "--output", "runs/first"] },
  { args: ["train", ...own, ...tiny, "--output", "runs/narrow"], columns: 60 },
  { args: ["doctor"] },
  { args: ["taxon"] },
  { args: ["build:ffi"], code: 1 }, // there is no cargo
  { args: ["build:browser", "page"] },
  { args: ["export", "--model", "runs/desk-a", "--output", "onnx"] },
  { args: ["train", "--output", "runs/desk-a"], code: 2 },
  { args: ["train", "--problem-type", "singel_label_classification"], code: 2 },
  { args: ["evaluate", "--model", "runs/desk-a", "--data", "nowhere.csv"], code: 1 },
  { args: ["predict", "--model", "runs/nowhere", "the parcel has not come"], code: 1 },
  { args: ["train", "--help"] }, // the others: tests/help_test.ts
];

const script = await hasScript();

Deno.test("the tests of the terminal have what they need, where it is required", () => {
  assert(script || !Deno.env.get("TAXON_REQUIRE_TERMINAL"), "`script` of util-linux is not installed");
});

Deno.test("every task is started in a terminal, or is for developers only", () => {
  const { tasks } = JSON.parse(Deno.readTextFileSync(new URL("../../deno.json", import.meta.url)));
  const started = new Set([...computing, ...others].map(({ args }) => args[0]));
  assertEquals([...started, ...forDevelopers].sort(), Object.keys(tasks).sort());
});

const present = (await presentBackends()).map(({ name }) => name);
for (const backend of ["cpu", "ffi", "webgpu"]) {
  const absence = !script ? " (no script here)" : !present.includes(backend) ? ` (no ${backend} here)` : "";
  Deno.test({
    name:
      `no command asks, writes wide lines or leaves pieces of a bar in a terminal, on ${backend}${absence}`,
    ignore: absence !== "",
    fn: (t) =>
      inScratch(async (scratch) => {
        const { cwd, path } = await freshCheckout(scratch);
        const flags = backend === "cpu" ? [] : ["--backend", backend]; // auto, with nothing built, takes the cpu
        if (backend === "ffi") await provideLibrary(cwd);
        const env = backend === "webgpu" ? {} : withoutGpu;
        const calls = [
          ...computing.filter(({ args }) => args[0] !== "bench" || backend !== "webgpu").map((call) => ({ // slow there
            ...call,
            args: [...call.args.slice(0, 1), ...flags, ...call.args.slice(1)],
          })),
          ...(backend === "cpu" ? others : []),
        ];
        for (const { args, columns, stopAt, code = 0, printsJson = false } of calls) {
          await t.step(args.join(" ").slice(0, 70), async () => {
            const run = await runInTerminal(["deno", "task", ...args], { cwd, path, env, columns, stopAt });
            assertEquals(problemsOf(run, printsJson), [], run.screen.rows.join("\n"));
            if (stopAt === undefined) assertEquals(run.code, code, run.screen.rows.join("\n"));
          });
        }
        if (backend !== "cpu") return;
        await t.step("a full disk is one line", async () => {
          const command = "deno task -q predict --model runs/desk-a parcel > /dev/full";
          const { code, screen } = await runInTerminal(["/bin/sh", "-c", command], { cwd, path, env });
          assertEquals([code, screen.rows.join("|")], [1, "Cannot go on: the disk is full|"]);
        });
      }),
  });
}

/** What a user would not want to see. */
function problemsOf({ asked, screen }: TerminalRun, printsJson: boolean): string[] {
  const wide = screen.brokenLines.filter((line) =>
    !/^Task /.test(line) && !(printsJson && line.startsWith("{")) // Deno's own line, with all that the user wrote
  );
  const pieces = screen.rows.filter((row) => /it\/s|[█▏▎▍▌▋▊▉]/.test(row))
    .filter((row) => !/^[A-Z][a-z -]*(?:\d+\/\d+)?: 100%\|█+\| .*\]$/.test(row)); // a full bar stays
  return [
    ...(asked ? ["it asked for a permission"] : []),
    ...wide.map((line) => `a line of ${line.length} columns: ${line}`),
    ...(pieces.length > 0 ? [`${pieces.length} pieces of a bar, the first: ${pieces[0]}`] : []),
  ];
}

/** The repository as someone has it who has built nothing and has nothing but Deno, with texts of their own. */
async function freshCheckout(scratch: string): Promise<{ cwd: string; path: string }> {
  const [cwd, path] = [`${scratch}/taxon`, `${scratch}/bin`];
  await copyRepository(cwd);
  await Deno.mkdir(path);
  await Deno.symlink(Deno.execPath(), `${path}/deno`);
  const rows = (from: number, to: number) =>
    Array.from({ length: to - from }, (_, i) => `"${textOf(from + i)}",${labelOf(from + i)}\n`).join("");
  await Deno.writeTextFile(`${cwd}/data.csv`, `text,label\n${rows(0, 240)}`);
  await Deno.writeTextFile(`${cwd}/test.csv`, `text,label\n${rows(240, 300)}`);
  await Deno.writeTextFile(
    `${cwd}/texts.txt`,
    Array.from({ length: 240 }, (_, i) => `${textOf(i)}\n`).join(""),
  );
  return { cwd, path };
}

async function provideLibrary(checkout: string): Promise<void> {
  const path = `${checkout}/${builtLibrary.pathname.slice(root.pathname.length)}`;
  await Deno.mkdir(path.slice(0, path.lastIndexOf("/")), { recursive: true });
  await Deno.copyFile(builtLibrary, path);
}

/** Labels as people name them: long, with blanks, and in other scripts. */
function labelOf(row: number): string {
  const labels = [
    "parcel that has not come although it was sent",
    "money back for something paid twice",
    "請求書についての問い合わせ",
  ];
  return labels[row % 7 === 0 ? (row + 1) % 3 : row % 3]; // some are wrong
}

function textOf(row: number): string {
  const subjects = ["the parcel", "my money", "the invoice"];
  return `${subjects[row % 3]} of order ${row} has not come, and I wrote to you on the ${
    row % 28 + 1
  }th already`;
}
