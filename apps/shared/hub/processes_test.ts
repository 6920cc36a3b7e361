import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { type FakeHub, startFakeHub } from "../../../tests/support/fake_hub.ts";
import { inScratch } from "../../../tests/support/scratch.ts";
import { files, listAll, weights } from "../../../tests/support/tiny_repository.ts";

/** Starts a process that downloads the model. */
function startDownload(hub: FakeHub, cache: string): Deno.ChildProcess {
  const script = new URL("../../../tests/support/download_tiny.ts", import.meta.url);
  return new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "--quiet",
      "--no-prompt",
      "--allow-read",
      "--allow-write",
      "--allow-env",
      "--allow-net",
      script.href,
    ],
    env: { HF_ENDPOINT: hub.url, HF_HUB_CACHE: cache, HF_TOKEN: "hf_test" },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
}

const weightRequests = (hub: FakeHub) =>
  hub.requests.filter(({ host }) => host === "files").map(({ range }) => range);

/** The weights up to half, and then nothing for as long as the connection lives. */
function half(): Response {
  const start = (controller: ReadableStreamDefaultController) =>
    controller.enqueue(weights.slice(0, 150_000));
  return new Response(new ReadableStream({ start }));
}

/** The weights in pieces over half a second. */
function slow(): Response {
  let at = 0;
  const pull = async (controller: ReadableStreamDefaultController) => {
    if (at === weights.length) return controller.close();
    await new Promise((resolve) => setTimeout(resolve, 50));
    controller.enqueue(weights.slice(at, at += 30_000));
  };
  return new Response(new ReadableStream({ pull }));
}

Deno.test("a process that is killed while it downloads leaves nothing that counts as whole, and the next goes on", () =>
  inScratch(async (cache) => {
    await using hub = await startFakeHub("org/tiny", files);
    hub.trouble = ({ host }) => host === "files" && weightRequests(hub).length === 1 ? half() : undefined;
    const killed = startDownload(hub, cache);
    const blobs = `${cache}/models--org--tiny/blobs`;
    const sizes = () =>
      Deno.stat(blobs).then(
        () => listAll(blobs).map((name) => Deno.statSync(`${blobs}/${name}`).size),
        (): number[] => [],
      );
    while (!(await sizes()).includes(150_000)) await new Promise((resolve) => setTimeout(resolve, 20));
    killed.kill("SIGKILL");
    await killed.output();
    const snapshot = `${cache}/models--org--tiny/snapshots/${hub.commit}`;
    assert(!listAll(snapshot).includes("model.safetensors"));
    assertEquals(listAll(blobs).filter((name) => name.endsWith(".incomplete")).length, 1);

    const { code, stdout, stderr } = await startDownload(hub, cache).output();
    assertEquals(code, 0, new TextDecoder().decode(stderr));
    assertEquals(new TextDecoder().decode(stdout).trim(), snapshot);
    assertEquals(weightRequests(hub), [null, "bytes=150000-"]);
    assertEquals(await Deno.readFile(`${snapshot}/model.safetensors`), weights);
  }));

Deno.test("three processes at once download a model once, and all of them have it whole", () =>
  inScratch(async (cache) => {
    await using hub = await startFakeHub("org/tiny", files);
    hub.trouble = ({ host }) => host === "files" ? slow() : undefined;
    const ended = await Promise.all([1, 2, 3].map(() => startDownload(hub, cache).output()));
    for (const { code, stdout, stderr } of ended) {
      assertEquals(code, 0, new TextDecoder().decode(stderr));
      const folder = new TextDecoder().decode(stdout).trim();
      assertEquals(await Deno.readFile(`${folder}/model.safetensors`), weights);
    }
    assertEquals(weightRequests(hub), [null]);
    const stderr = ended.map(({ stderr }) => new TextDecoder().decode(stderr)).join("");
    assertStringIncludes(stderr, "waiting for another process that downloads");
    assertStringIncludes(stderr, "downloading org/tiny: 100% 1/1 [");
    assertStringIncludes(stderr, `checkpoint: org/tiny@${hub.commit}, in `);
    assertEquals(
      new Set(hub.requests.map(({ host, authorization }) => `${host}: ${authorization}`)),
      new Set([
        "hub: Bearer hf_test",
        "files: null",
      ]),
    );
  }));
