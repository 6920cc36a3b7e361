import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { computeFlags } from "./common_flags.ts";
import { defineCommand } from "./command.ts";
import { parseFlags, UsageError } from "./flags.ts";
import { helpText } from "./help.ts";

const train = defineCommand({
  name: "train",
  summary: "Train a classifier on labelled texts",
  flags: {
    train: { type: "string", description: "Labelled texts", placeholder: "FILE" },
    output: { type: "string", description: "Folder of the run", required: true, placeholder: "FOLDER" },
    evalBatchSize: {
      type: "number",
      description: "Texts a step",
      default: 32,
      min: 1,
      max: 4096,
      integer: true,
    },
    learningRate: { type: "number", description: "Peak rate", default: 3e-4, min: 0 },
    header: { type: "boolean", description: "The first row is data", default: true },
    json: { type: "boolean", description: "Print JSON" },
    reportTo: { type: "list", description: "Reports", choices: ["jsonl", "tensorboard"], default: ["jsonl"] },
    ...computeFlags,
  },
  examples: [{ purpose: "Train on a file of your own", args: "--train tickets.csv --output runs/tickets" }],
});

const predict = defineCommand({
  name: "predict",
  summary: "Classify texts",
  flags: { file: { type: "string", description: "Texts, one a line; - reads standard input" } },
  texts: { placeholder: "TEXT…", description: "Texts to classify" },
  examples: [],
});

function refused(args: string[], message: string): void {
  const error = assertThrows(() => parseFlags(args, train), UsageError, message);
  assertEquals(error.exitCode, 2);
}

Deno.test("parseFlags() fills in defaults and leaves the rest undefined", () => {
  assertEquals(parseFlags(["--output", "o"], train).flags, {
    train: undefined,
    output: "o",
    evalBatchSize: 32,
    learningRate: 3e-4,
    header: true,
    json: false,
    reportTo: ["jsonl"],
    backend: "auto",
    threads: undefined,
    precision: "f32",
  });
});

Deno.test("parseFlags() says which flags were written, also with their default and as --no-name", () => {
  const { given } = parseFlags(["--output", "o", "--eval-batch-size", "32", "--no-header"], train);
  assertEquals(given, new Set(["output", "evalBatchSize", "header"]));
});

Deno.test("parseFlags() reads values with a blank and with an equals sign", () => {
  const { flags } = parseFlags(
    [
      "--output=a=b",
      "--eval-batch-size",
      "8",
      "--learning-rate=1e-3",
      "--backend",
      "cpu",
      "--no-header",
      "--json",
    ],
    train,
  );
  assertEquals(
    [flags.output, flags.evalBatchSize, flags.learningRate, flags.backend, flags.header, flags.json],
    ["a=b", 8, 1e-3, "cpu", false, true],
  );
});

Deno.test("parseFlags() types values by their flags", () => {
  const { flags } = parseFlags(["--output", "o"], train);
  const typed: {
    train: string | undefined;
    output: string;
    evalBatchSize: number;
    header: boolean;
    reportTo: ("jsonl" | "tensorboard")[];
    backend: "auto" | "cpu" | "webgpu" | "ffi";
    threads: number | undefined;
    precision: "f32" | "bf16" | "int8";
  } = flags;
  assertEquals(typed.output, "o");
});

Deno.test("parseFlags() joins repeated and comma-separated lists", () => {
  const args = ["--output", "o", "--report-to", "jsonl,tensorboard", "--report-to=jsonl"];
  assertEquals(parseFlags(args, train).flags.reportTo, ["jsonl", "tensorboard", "jsonl"]);
});

Deno.test("parseFlags() takes - as a value and keeps texts as they are", () => {
  assertEquals(parseFlags(["--file", "-"], predict).flags.file, "-");
  assertEquals(parseFlags(["007", "true", "--", "--file", "-1"], predict).texts, [
    "007",
    "true",
    "--file",
    "-1",
  ]);
});

Deno.test("parseFlags() refuses an unknown flag and names the one that was meant", () => {
  refused(["--trian", "x"], "Cannot use --trian: unknown flag, did you mean --train");
  refused(["--eval-batchsize", "4"], "did you mean --eval-batch-size");
  refused(["--hlep"], "did you mean --help");
  refused(["--quantum"], '"deno task train --help" lists all flags');
  refused(["-x"], "Cannot use -x: unknown flag");
  refused(["--constructor", "x"], "Cannot use --constructor: unknown flag");
  refused(["--no-train"], "Cannot use --no-train: unknown flag");
  assertThrows(
    () => parseFlags(["-5 degrees"], predict),
    UsageError,
    "texts that start with - come after --",
  );
});

Deno.test("parseFlags() refuses missing and repeated values", () => {
  refused([], "Cannot start without --output: write --output FOLDER");
  refused(["--output"], "Cannot use --output without a value: write --output FOLDER");
  refused(["--output="], "Cannot use --output without a value");
  refused(["--output", "--json"], "Cannot use --output without a value");
  refused(["--output", "a", "--output", "b"], "Cannot use --output twice: got a and b");
});

Deno.test("parseFlags() refuses numbers outside of their range", () => {
  for (const text of ["0", "4097", "1.5", "many", "NaN", "Infinity", "-1", " "]) {
    refused(
      ["--output", "o", "--eval-batch-size", text],
      `--eval-batch-size ${text}: expected an integer from 1 to 4096`,
    );
  }
  refused(
    ["--output", "o", "--learning-rate", "-1"],
    "Cannot use --learning-rate -1: expected a number, at least 0",
  );
});

Deno.test("parseFlags() refuses values that are no choice, and arguments nobody asked for", () => {
  refused(
    ["--output", "o", "--backend", "cup"],
    "Cannot use --backend cup: choose auto, cpu, webgpu, ffi; did you mean cpu",
  );
  refused(
    ["--output", "o", "--report-to", "jsonl,paper"],
    "Cannot use --report-to paper: choose jsonl, tensorboard",
  );
  refused(["--output", "o", "--json=yes"], "Cannot use --json=yes");
  refused(["--no-header=true"], "Cannot use --no-header with a value");
  refused(["data.csv"], 'Cannot use the argument "data.csv": train takes only flags');
});

Deno.test("helpText() shows every flag with its range and default, and the examples", () => {
  const text = helpText(train);
  assertStringIncludes(text, "Usage: deno task train [flags]\n");
  assertStringIncludes(text, "--eval-batch-size N");
  assertStringIncludes(text, "Texts a step (an integer from 1 to 4096; default 32)");
  assertStringIncludes(text, "--no-header");
  assertStringIncludes(text, "--backend auto|cpu|webgpu|ffi");
  assertStringIncludes(text, "Folder of the run (required)");
  assertStringIncludes(text, "  # Train on a file of your own\n  deno task train --train tickets.csv");
  assertStringIncludes(helpText(predict), "Usage: deno task predict [flags] TEXT…");
});
