import { assertEquals, assertRejects } from "@std/assert";
import { startFakeHub } from "../../../tests/support/fake_hub.ts";
import { inScratch } from "../../../tests/support/scratch.ts";
import { downloadModel } from "./download_model.ts";
import { download, files, id, listAll, sharded, weights } from "../../../tests/support/tiny_repository.ts";

Deno.test("downloadModel() leaves the layout of Hugging Face's cache, with what is needed and nothing else", () =>
  inScratch(async (cache) => {
    await using hub = await startFakeHub("org/tiny", files);
    const { folder, commit } = await download(hub, cache);
    assertEquals(commit, hub.commit);
    const model = `${cache}/models--org--tiny`;
    assertEquals(folder, `${model}/snapshots/${hub.commit}`);
    assertEquals(await Deno.readTextFile(`${model}/refs/main`), hub.commit);
    assertEquals(listAll(folder), [
      "1_Pooling/config.json",
      "config.json",
      "model.safetensors",
      "modules.json",
      "tokenizer.json",
      "tokenizer_config.json",
    ]);
    for (const path of listAll(folder)) {
      const content = files.find((file) => file.path === path)!.content;
      assertEquals(await Deno.readFile(`${folder}/${path}`), content, path);
    }
    assertEquals(
      await Deno.readLink(`${folder}/config.json`),
      "../../blobs/9e26dfeeb6e641a33dae4961196235bdb965b21b",
    );
    assertEquals(
      (await Deno.readLink(`${folder}/1_Pooling/config.json`)).startsWith("../../../blobs/"),
      true,
    );
    assertEquals(listAll(`${model}/blobs`).filter((name) => name.includes(".")), []);
  }));

Deno.test("downloadModel() takes the shards that the index names, and no others", () =>
  inScratch(async (cache) => {
    await using hub = await startFakeHub("org/tiny", sharded);
    const { folder } = await download(hub, cache);
    assertEquals(listAll(folder).filter((name) => name.endsWith(".safetensors")), [
      "model-00001-of-00002.safetensors",
      "model-00002-of-00002.safetensors",
    ]);
  }));

Deno.test("downloadModel() downloads nothing that is there, and lets a commit be named", () =>
  inScratch(async (cache) => {
    await using hub = await startFakeHub("org/tiny", files);
    const first = await download(hub, cache);
    const before = hub.requests.length;
    const bars: number[] = [];
    const progress = (total: number) => (bars.push(total), () => {});
    assertEquals(await download(hub, cache, { progress }), first);
    const later = hub.requests.slice(before);
    assertEquals(later.filter(({ path }) => !path.startsWith("/api/models/org/tiny/")), []);
    assertEquals(bars, []);
    assertEquals(await download(hub, cache, {}, { name: "org/tiny", revision: hub.commit }), first);
    assertEquals(listAll(`${cache}/models--org--tiny/refs`), ["main"]);
  }));

Deno.test("downloadModel() brings what a cache of another program lacks", () =>
  inScratch(async (cache) => {
    await using hub = await startFakeHub("org/tiny", files);
    const { folder } = await download(hub, cache);
    await Deno.remove(`${folder}/modules.json`);
    await download(hub, cache);
    assertEquals(await Deno.readTextFile(`${folder}/modules.json`), "[]");
  }));

Deno.test("downloadModel() names the place where it cannot write", () =>
  inScratch(async (folder) => {
    await using hub = await startFakeHub("org/tiny", files);
    await Deno.writeTextFile(`${folder}/file`, "");
    await assertRejects(() => download(hub, `${folder}/file`), Error, `${folder}/file/`);
  }));

Deno.test("downloadModel() offline takes what is there without a request, and says what is not", () =>
  inScratch(async (cache) => {
    await using hub = await startFakeHub("org/tiny", files);
    const offline = { endpoint: hub.url, cache, offline: true };
    const options = { signal: new AbortController().signal, note() {} };
    await assertRejects(() => downloadModel(id, offline, options), Error, "HF_HUB_OFFLINE is set");
    const { folder } = await download(hub, cache);
    const before = hub.requests.length;
    assertEquals(await downloadModel(id, offline, options), { folder, commit: hub.commit });
    await Deno.remove(`${folder}/model.safetensors`);
    await assertRejects(() => downloadModel(id, offline, options), Error, "does not hold all of it");
    assertEquals(hub.requests.length, before);
  }));

Deno.test("downloadModel() copies files where links cannot be made", () =>
  inScratch(async (cache) => {
    await using hub = await startFakeHub("org/tiny", files);
    const link = () => Promise.reject(new Deno.errors.PermissionDenied("a privilege is missing"));
    const { folder } = await download(hub, cache, { link });
    assertEquals((await Deno.lstat(`${folder}/model.safetensors`)).isSymlink, false);
    assertEquals(await Deno.readFile(`${folder}/model.safetensors`), weights);
  }));

Deno.test("downloadModel() sends the token to the Hub and not to the host it redirects to", () =>
  inScratch(async (cache) => {
    await using hub = await startFakeHub("org/tiny", files);
    const settings = { endpoint: hub.url, cache, offline: false, token: "hf_secret" };
    await downloadModel(id, settings, { signal: new AbortController().signal, note() {} });
    assertEquals(
      new Set(hub.requests.map(({ host, authorization }) => `${host}: ${authorization}`)),
      new Set([
        "hub: Bearer hf_secret",
        "files: null",
      ]),
    );
  }));

Deno.test("downloadModel() reports bytes up to the total of each bar", () =>
  inScratch(async (cache) => {
    await using hub = await startFakeHub("org/tiny", files);
    const bars: { total: number; heard: number[] }[] = [];
    await download(hub, cache, {
      progress(total) {
        const heard: number[] = [];
        bars.push({ total, heard });
        return (bytes) => heard.push(bytes);
      },
    });
    assertEquals(bars.length, 2);
    assertEquals(bars[1].total, weights.length);
    for (const { total, heard } of bars) {
      assertEquals(heard.at(-1), total);
      assertEquals(heard, heard.toSorted((a, b) => a - b));
    }
  }));
