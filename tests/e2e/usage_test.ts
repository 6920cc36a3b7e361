import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { decodeSafetensors, encodeSafetensors } from "@taxon/safetensors";
import { inScratch } from "../support/scratch.ts";
import { writeRandomModel } from "../support/server.ts";
import { runTask, shareProcess } from "../support/task.ts";

shareProcess("train", "evaluate", "compare", "predict");

/** Variables with which Hugging Face's programs are told where models are. */
const hubVariables = [
  "HF_HOME",
  "HF_HUB_CACHE",
  "HF_ENDPOINT",
  "HF_TOKEN",
  "HF_TOKEN_PATH",
  "HF_HUB_OFFLINE",
];

const tasks = ["train", "evaluate", "compare", "predict", "serve", "export", "bench", "doctor"];

Deno.test("every task explains itself with --help and --version, on standard output", async () => {
  for (const task of tasks) {
    const help = await runTask(task, ["--help"], { byDenoTask: true });
    assertEquals([help.code, help.stderr], [0, ""]);
    assertStringIncludes(help.stdout, `Usage: deno task ${task} [flags]`);
    assertMatch(help.stdout, new RegExp(`Examples:\\n  # .+\\n  deno task ${task}`));
    const version = await runTask(task, ["--version"], { byDenoTask: true });
    assertEquals([version.code, version.stderr], [0, ""]);
    assertMatch(version.stdout, /^taxon \d+\.\d+\.\d+ \(deno \d+\.\d+\.\d+, .+\)\n$/);
  }
});

Deno.test("every task refuses a flag it does not know and suggests the one that was meant", async () => {
  for (
    const [task, flag, meant] of [
      ["train", "--epoch", "--epochs"],
      ["train", "--learning-rte", undefined],
      ["evaluate", "--modle", "--model"],
      ["predict", "--fromat", "--format"],
    ] as const
  ) {
    const { code, stdout, stderr } = await runTask(task, [flag, "3"]);
    assertEquals([code, stdout, stderr.split("\n").length], [2, "", 2], stderr);
    const hint = meant ? `did you mean ${meant}` : `"deno task ${task} --help" lists all flags`;
    assertStringIncludes(stderr, `Cannot use ${flag}: unknown flag, ${hint}`);
  }
});

Deno.test("every task refuses values that it cannot use, before it does anything", async () => {
  const cases: [string, string[], string][] = [
    ["train", ["--epochs", "0"], "Cannot use --epochs 0: expected an integer, at least 1"],
    ["train", ["--lr", "fast"], "Cannot use --lr fast: expected a number, at least 0"],
    ["train", ["--norm", "prae"], "Cannot use --norm prae: choose pre, post; did you mean pre"],
    ["train", ["runs/a"], 'Cannot use the argument "runs/a": train takes only flags'],
    ["evaluate", ["--data", "x.csv"], "Cannot start without --model: write --model DIR"],
    ["compare", ["runs/a"], "Cannot compare runs/a with nothing: name two runs or more"],
    ["compare", ["runs/a", "runs/a"], "Cannot compare runs/a with itself: name each run once"],
    ["predict", ["text"], "Cannot start without --model: write --model DIR"],
    ["predict", ["--model"], "Cannot use --model without a value: write --model DIR"],
  ];
  for (const [task, args, message] of cases) {
    const { code, stdout, stderr } = await runTask(task, args);
    assertEquals([code, stdout, stderr], [2, "", `${message}\n`]);
  }
});

Deno.test("a backend that is not there is an error that says what to choose instead", () =>
  inScratch(async (folder) => {
    await writeRandomModel(`${folder}/model`);
    await Deno.writeTextFile(`${folder}/rows.csv`, "text,label\nhello,bug\n");
    const calls: [string, string[]][] = [
      ["train", ["--output", `${folder}/run`]],
      ["predict", ["--model", `${folder}/model`, "hello"]],
      ["evaluate", ["--model", `${folder}/model`, "--data", `${folder}/rows.csv`]],
    ];
    for (const [task, args] of calls) {
      const { code, stdout, stderr } = await runTask(task, [...args, "--backend", "webgpu"]);
      assertEquals([code, stdout], [1, ""]);
      assertMatch(stderr, /^Cannot use backend "webgpu": .+; .*choose --backend=cpu\n$/);
    }
  }));

Deno.test("a precision that the backend lacks is refused", () =>
  inScratch(async (folder) => {
    await writeRandomModel(`${folder}/model`);
    for (const precision of ["bf16", "int8"]) {
      const args = ["--model", `${folder}/model`, "--precision", precision, "hello"];
      const { code, stdout, stderr } = await runTask("predict", args);
      assertEquals([code, stdout], [1, ""]);
      assertMatch(stderr, new RegExp(`^Cannot compute in ${precision} on the cpu: it has only f32; .+\\n$`));
    }
  }));

Deno.test("a model folder that is missing or broken is named in one line, without a stack", () =>
  inScratch(async (folder) => {
    const model = `${folder}/model`;
    const weights = `${model}/model.safetensors`;
    const failsWith = async (pattern: RegExp) => {
      const { code, stdout, stderr } = await runTask("predict", [
        "--model",
        model,
        "--format",
        "jsonl",
        "hello",
      ]);
      assertEquals([code, stdout, stderr.split("\n").length], [1, "", 2], stderr);
      assertMatch(stderr, pattern);
    };
    await failsWith(
      /^Cannot load .*model\/config\.json: no such file or folder; give a folder that "deno task train"/,
    );

    await writeRandomModel(model);
    const whole = await Deno.readFile(weights);
    await Deno.writeFile(weights, whole.subarray(0, whole.length - 100));
    await failsWith(/^Cannot load .*model\/model\.safetensors: /);
    await Deno.writeFile(weights, whole.subarray(0, 20));
    await failsWith(/^Cannot load .*model\/model\.safetensors: /);

    const tensors = decodeSafetensors(whole).tensors;
    const rewrite = (change: (values: Float32Array) => void) => {
      const changed = [...tensors].map(([name, { dtype, shape, bytes }]) => {
        const values = new Float32Array(bytes.slice().buffer);
        if (name === "head.weight") change(values);
        return [name, { dtype, shape, bytes: new Uint8Array(values.buffer) }] as const;
      });
      return Deno.writeFile(weights, encodeSafetensors(changed));
    };
    await rewrite((values) => values[5] = NaN);
    await failsWith(/head\.weight holds NaN at element 5$/m);
    await rewrite((values) => values.fill(3e38)); // finite, but not what is computed with it
    await failsWith(/^Cannot score: logit \d is (NaN|-?Infinity); the weights or the input are broken$/m);
    await Deno.writeFile(weights, encodeSafetensors([...tensors].filter(([name]) => name !== "head.bias")));
    await failsWith(/head\.bias/);

    await Deno.writeFile(weights, whole);
    for (const [file, content] of [["tokenizer.json", "{}"], ["config.json", '{"model_type":"bert"}']]) {
      await Deno.writeTextFile(`${model}/${file}`, content);
      await failsWith(new RegExp(`^Cannot load .*/model/${file}: `));
    }
  }));

Deno.test("tasks may do no more than they must: only train reaches a network, the Hub, and starts a program, cargo", () => {
  const { tasks, permissions } = JSON.parse(
    Deno.readTextFileSync(new URL("../../deno.json", import.meta.url)),
  );
  for (const name of ["train", "evaluate", "compare", "predict"]) {
    const variables = ["XDG_RUNTIME_DIR"]; // of the graphics loader
    if (name === "train") variables.push("XDG_CACHE_HOME", "HOME", "USERPROFILE", ...hubVariables);
    assertEquals(permissions[name], {
      read: true,
      ...(name === "predict" || name === "compare" ? {} : { write: true }),
      env: variables,
      ffi: ["backends/ffi/native/target/release"],
      ...(name === "train" ? { run: ["cargo"] } : {}), // builds the ffi backend
    });
    const hosts = name === "train" ? "-N=$(deno task -q hub) " : "";
    assertEquals(tasks[name].command, `deno -qP=${name} --no-prompt ${hosts}apps/${name}/main.ts`);
  }
  assertEquals(tasks.hub.command, "deno -qP=hub --no-prompt apps/shared/hub/hosts.ts");
  assertEquals(permissions.hub, { env: ["HF_ENDPOINT"] });
  for (const { command } of Object.values<{ command: string }>(tasks)) {
    assert(!/--allow-all|\s-A\b/.test(command), command);
    for (const call of command.split("&&").filter((call) => /^ ?deno (run|-qP)/.test(call))) {
      assertMatch(call, / --no-prompt /, "a task that may ask stops where nobody answers");
    }
  }
});
