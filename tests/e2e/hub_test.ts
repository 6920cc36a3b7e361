import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { type FakeHub, startFakeHub } from "../support/fake_hub.ts";
import { root } from "../support/repository.ts";
import { inScratch, readJson } from "../support/scratch.ts";
import { smallExamples, toCsv } from "../support/small_data.ts";
import { type Ended, runTask } from "../support/task.ts";

const bert = new URL("tests/golden/hf/bert_e2e/", root);
const files = ["config.json", "tokenizer.json", "tokenizer_config.json", "model.safetensors"].map((path) => ({
  path,
  content: Deno.readFileSync(new URL(path, bert)),
}));

/** Large files from the Hub itself: with another port, the task could not reach them. */
function keepAtHome(hub: FakeHub): void {
  hub.trouble = ({ path }) => path.endsWith(".safetensors") ? new Response(files.at(-1)!.content) : undefined;
}

interface Session {
  hub: FakeHub;
  folder: string;
  /** Runs `train` with Hugging Face's variables set. */
  train(args: string[], env?: Record<string, string>): Promise<Ended>;
}

/** A test with a Hub that has org/tiny, and an empty cache. */
function withHub(test: (session: Session) => Promise<void>): () => Promise<void> {
  return () =>
    inScratch(async (folder) => {
      await using hub = await startFakeHub("org/tiny", files);
      await Deno.writeTextFile(`${folder}/train.csv`, toCsv(smallExamples(60)));
      const variables = {
        HF_ENDPOINT: hub.url,
        HF_HOME: `${folder}/huggingface`,
        HF_HUB_CACHE: "",
        HF_TOKEN: "",
      };
      const train = (args: string[], env = {}) =>
        runTask("train", ["--train", `${folder}/train.csv`, "--epochs", "1", "--threads", "1", ...args], {
          env: { ...variables, HF_HUB_OFFLINE: "", HF_TOKEN_PATH: "", ...env },
        });
      await test({ hub, folder, train });
    });
}

Deno.test(
  "train --from org/name downloads, notes the commit in the run, and works offline afterwards",
  withHub(async ({ hub, folder, train }) => {
    keepAtHome(hub);
    const first = await train(["--from", "org/tiny", "--output", `${folder}/run`]);
    assertEquals(first.code, 0, first.stderr);
    assertStringIncludes(first.stderr, `there is no folder org/tiny: asking ${hub.url} for the model`);
    assertMatch(first.stderr, /downloading org\/tiny: 100% 1\/1 \[/);
    const pinned = `org/tiny@${hub.commit}`;
    assertEquals(readJson(`${folder}/run/training_args.json`).from, pinned);
    assertStringIncludes(await Deno.readTextFile(`${folder}/run/README.md`), pinned);
    assert(await Deno.stat(`${folder}/huggingface/hub/models--org--tiny/refs/main`));

    const before = hub.requests.length;
    const offline = { HF_HUB_OFFLINE: "1" };
    const second = await train(["--from", "org/tiny", "--output", `${folder}/again`, "--quiet"], offline);
    assertEquals([second.code, hub.requests.length], [0, before], second.stderr);
    const weights = (run: string) => Deno.readFile(`${folder}/${run}/model.safetensors`);
    assertEquals(await weights("again"), await weights("run"));

    const resumed = await train(["--from", "org/tiny", "--output", `${folder}/run`, "--resume"], offline);
    assertEquals(resumed.code, 0, resumed.stderr);
    assertStringIncludes(resumed.stderr, "is finished");
  }),
);

Deno.test(
  "train --from says in one line what cannot be downloaded, and leaves no run",
  withHub(async ({ hub, folder, train }) => {
    const cases: [string, Record<string, string>, number, RegExp][] = [
      ["org/other", {}, 1, /^Cannot download org\/other@main: .* does not have it: Repository not found/],
      ["org/tiny", { HF_HUB_OFFLINE: "1" }, 1, /^Cannot download org\/tiny@main: HF_HUB_OFFLINE is set/],
      ["./tiny", {}, 2, /^Cannot use the model \.\/tiny: there is no such folder/],
      ["org/tiny", { HF_ENDPOINT: "hub" }, 2, /^Cannot use HF_ENDPOINT=hub: expected an address/],
      // The files' host is no part of the task's permissions
      [
        "org/tiny",
        {},
        1,
        /127\.0\.0\.1:\d+ may not be reached: this task is allowed only the Hub .*with 127\.0\.0\.1:\d+ in --allow-net/,
      ],
    ];
    for (const [from, env, code, message] of cases) {
      const ended = await train(["--from", from, "--output", `${folder}/run`], env);
      assertEquals(ended.code, code, ended.stderr);
      assertMatch(ended.stderr.trimEnd().split("\n").at(-1)!, message);
    }
    assertEquals(await Deno.stat(`${folder}/run`).catch(() => undefined), undefined);
    assert(hub.requests.length > 0);
  }),
);
