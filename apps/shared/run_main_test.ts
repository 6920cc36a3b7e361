import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";

const demo = new URL("./testdata/demo_command.ts", import.meta.url).href;

function start(args: string[]): Deno.ChildProcess {
  const command = new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", "--allow-read", demo, ...args], // it starts a thread, whose file is read
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
    env: { NO_COLOR: "1" },
  });
  return command.spawn();
}

async function run(args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const { code, stdout, stderr } = await start(args).output();
  return { code, stdout: new TextDecoder().decode(stdout), stderr: new TextDecoder().decode(stderr) };
}

Deno.test("a command that succeeds prints its result to standard output and ends with 0", async () => {
  assertEquals(await run(["--end", "well"]), { code: 0, stdout: "done\n", stderr: "working\n" });
});

Deno.test("--help and --version go to standard output, whatever else is wrong", async () => {
  const help = await run(["--nonsense", "--help"]);
  assertEquals([help.code, help.stderr], [0, ""]);
  assertStringIncludes(help.stdout, "Usage: deno task demo [flags]");
  const version = await run(["--version"]);
  assertMatch(version.stdout, /^taxon \d+\.\d+\.\d+ \(deno \d/);
});

Deno.test("a wrong call ends with 2 and one line", async () => {
  assertEquals(await run(["--ned", "well"]), {
    code: 2,
    stdout: "",
    stderr: "Cannot use --ned: unknown flag, did you mean --end\n",
  });
});

Deno.test("what the user can mend ends with 1 and one line", async () => {
  assertEquals(await run(["--end", "bad-file"]), {
    code: 1,
    stdout: "",
    stderr: "working\nCannot read desk.csv, line 3: 2 columns, expected 3\n",
  });
});

Deno.test("a mistake in the program ends with 1 and its stack", async () => {
  const { code, stderr } = await run(["--end", "slip"]);
  assertEquals(code, 1);
  assertMatch(stderr, /TypeError: Cannot read properties of undefined[^]*\n {4}at .*demo_command\.ts/);
});

/** Sends the signals one by one, each after the next line that the command prints. */
async function interrupt(end: string, signals: Deno.Signal[]): Promise<{ code: number; output: string }> {
  const child = start(["--end", end]);
  let output = "";
  for await (const text of child.stdout.pipeThrough(new TextDecoderStream())) {
    output += text;
    const next = signals.shift();
    if (next) child.kill(next);
  }
  await child.stderr.cancel();
  return { code: (await child.status).code, output };
}

Deno.test({
  name: "Ctrl-C and SIGTERM let a command save and end with 130 and 143",
  ignore: Deno.build.os === "windows", // has no SIGTERM
  fn: async () => {
    assertEquals(await interrupt("save", ["SIGINT"]), { code: 130, output: "ready\nsaved\n" });
    assertEquals(await interrupt("save", ["SIGTERM"]), { code: 143, output: "ready\nsaved\n" });
  },
});

Deno.test({
  name: "a second Ctrl-C ends a command that is stuck in saving",
  ignore: Deno.build.os === "windows", // cannot send SIGINT to a child
  fn: async () => {
    assertEquals(await interrupt("stuck", ["SIGINT", "SIGINT"]), { code: 130, output: "ready\nsaving\n" });
  },
});
