import { assertEquals, assertRejects } from "@std/assert";
import { inScratch } from "../../../tests/support/scratch.ts";
import { UsageError } from "../flags.ts";
import { hubSettings } from "./settings.ts";

const settingsOf = (variables: Record<string, string>) => hubSettings((name) => variables[name]);

Deno.test("hubSettings() keeps models where Python's huggingface_hub does", async () => {
  const cacheOf = async (variables: Record<string, string>) => (await settingsOf(variables)).cache;
  assertEquals(await cacheOf({ HOME: "/nobody" }), "/nobody/.cache/huggingface/hub");
  assertEquals(await cacheOf({ HOME: "/nobody", XDG_CACHE_HOME: "/xdg" }), "/xdg/huggingface/hub");
  assertEquals(await cacheOf({ HOME: "/nobody", HF_HOME: "/hf" }), "/hf/hub");
  assertEquals(await cacheOf({ HF_HOME: "/hf", HF_HUB_CACHE: "/models" }), "/models");
  await assertRejects(() => settingsOf({}), UsageError, "set HF_HOME");
});

Deno.test("hubSettings() reads address and offline as written, and the defaults where nothing is", async () => {
  const read = async (variables: Record<string, string>) => {
    const { endpoint, offline } = await settingsOf({ HF_HOME: "/nobody", ...variables });
    return [endpoint, offline];
  };
  assertEquals(await read({}), ["https://huggingface.co", false]);
  assertEquals(await read({ HF_ENDPOINT: "http://localhost:80/hub/", HF_HUB_OFFLINE: "yes" }), [
    "http://localhost:80/hub",
    true,
  ]);
  assertEquals(await read({ HF_HUB_OFFLINE: "0" }), ["https://huggingface.co", false]);
  await assertRejects(() => read({ HF_ENDPOINT: "hub.example" }), UsageError, "HF_ENDPOINT=hub.example");
});

Deno.test("hubSettings() takes the token from HF_TOKEN, else from the file that logging in wrote", () =>
  inScratch(async (home) => {
    await Deno.writeTextFile(`${home}/token`, "hf_file\n");
    assertEquals((await settingsOf({ HF_HOME: home, HF_TOKEN: " hf_variable " })).token, "hf_variable");
    assertEquals((await settingsOf({ HF_HOME: home })).token, "hf_file");
    assertEquals((await settingsOf({ HF_HOME: `${home}/none` })).token, undefined);
    await assertRejects(() => settingsOf({ HF_HOME: home, HF_TOKEN: "hf_a\nhf_b" }), UsageError, "HF_TOKEN");
  }));
