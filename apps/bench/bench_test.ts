import { assertEquals, assertStringIncludes } from "@std/assert";
import webgpu from "@taxon/backend-webgpu";
import { logitsAgree } from "./anchors.ts";
import { readTestdata } from "./testdata/mod.ts";

const main = new URL("./main.ts", import.meta.url).href;

/** Runs the command with a folder like the comparison systems', and `recorded` as a file of their lines. */
async function bench(args: string[], recorded?: string, backend = "cpu") {
  const folder = await Deno.makeTempDir();
  try {
    const { weights, workloads } = await readTestdata();
    for (const layers of [2, 6]) await Deno.writeFile(`${folder}/seed${layers}.safetensors`, weights);
    await Deno.writeTextFile(`${folder}/workloads.json`, workloads);
    if (recorded) await Deno.writeTextFile(`${folder}/others.jsonl`, recorded);
    const permissions = ["--allow-read", "--allow-env=ANCHORS_DATA,ANCHORS_BUDGET_S,XDG_RUNTIME_DIR"];
    const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: [
        "run",
        "--quiet",
        "--no-prompt",
        ...permissions,
        main,
        "--backend",
        backend,
        "--threads",
        "1",
        ...args,
      ],
      env: { ANCHORS_DATA: folder, ANCHORS_BUDGET_S: "0" },
    }).output();
    const lines = new TextDecoder().decode(stdout).trim().split("\n").filter((line) => line !== "");
    return { code, lines: lines.map((line) => JSON.parse(line)), errors: new TextDecoder().decode(stderr) };
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** A line as a comparison system prints it. */
const line = (system: string, logits: number[]) =>
  JSON.stringify({ system, workload: "W1-mixed", out0: logits }) + "\n";

Deno.test("bench prints a line of JSON for each workload, with PyTorch's logits and losses", async () => {
  const { torch } = await readTestdata();
  const { code, lines, errors } = await bench(["--workloads", "W1-mixed,W2-train-16x64-2L"]);
  assertEquals(code, 0, errors);
  assertEquals(lines.map(({ workload }) => workload), ["W1-mixed", "W2-train-16x64-2L"]);
  const [forward, step] = lines;
  assertEquals(logitsAgree(forward.logits0, torch.logits.mixed[0]), true, `${forward.logits0}`);
  assertEquals(logitsAgree(step.logits0, torch.logits["16x64"][0]), true, `${step.logits0}`);
  assertEquals(logitsAgree(step.losses.slice(0, 3), torch.losses), true, `${step.losses}`);
  for (const { system, ms_median, ms_min, threads, peak_rss_mb, iters, seqs_per_s } of lines) {
    assertEquals(system.startsWith("taxon "), true);
    assertEquals([threads, iters], [1, 5]);
    assertEquals(ms_min > 0 && ms_median >= ms_min && peak_rss_mb > 10 && seqs_per_s > 0, true);
  }
});

Deno.test({
  name: "bench counts what it asks of a graphics processor: one readback an inference and one a step",
  ignore: !(await webgpu.probe()).available,
  fn: async () => {
    const { torch } = await readTestdata();
    const { code, lines, errors } = await bench(
      ["--workloads", "W1-mixed,W2-train-16x64-2L"],
      undefined,
      "webgpu",
    );
    assertEquals(code, 0, errors);
    for (const { logits0, submits, dispatches, readbacks, workload } of lines) {
      assertEquals([submits, readbacks], [1, 1], workload);
      assertEquals(dispatches > 10 && dispatches < 300, true, `${workload}: ${dispatches} dispatches`);
      assertEquals(logitsAgree(logits0, torch.logits[workload === "W1-mixed" ? "mixed" : "16x64"][0]), true);
    }
  },
});

Deno.test("bench refuses to time logits that another system's line contradicts", async () => {
  const { torch: { logits: { mixed: [logits] } } } = await readTestdata();
  const wrong = logits.map((value) => value * 1.002);
  const { code, lines, errors } = await bench(["--workloads", "W1-mixed"], line("tfjs 4", wrong));
  assertEquals([code, lines], [1, []]);
  assertStringIncludes(errors, "Cannot give times of W1-mixed: its logits are [");
  assertStringIncludes(errors, "those of tfjs 4 in others.jsonl [");
});

Deno.test("bench takes no proof from its own lines or from quantised systems", async () => {
  const wrong = line("taxon 0.0.0 cpu", [9, 9]) + line("onnxruntime-web wasm 1 int8", [9, 9]);
  const { code, errors } = await bench(["--workloads", "W1-mixed"], wrong);
  assertEquals(code, 0, errors);
});
