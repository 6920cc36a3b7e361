import { assert, assertEquals, assertRejects } from "@std/assert";
import webgpu from "@taxon/backend-webgpu";
import { inScratch } from "../../tests/support/scratch.ts";
import { writeRandomModel } from "../../tests/support/server.ts";
import { ModelThread } from "./model_thread.ts";

Deno.test({
  name: "a model whose device is lost is unhealthy from then on, and its errors say to restart",
  ignore: !(await webgpu.probe()).available,
  fn: () =>
    inScratch(async (folder) => {
      await writeRandomModel(folder);
      const backend = new URL("../../tests/support/losing_backend.ts", import.meta.url).href;
      const { thread, opened } = await ModelThread.open(folder, { backend });
      using _thread = thread;
      assertEquals([opened.backend, thread.alive], ["webgpu", true]);
      const infer = () => thread.infer([{ ids: Int32Array.of(2, 5, 3) }], 4096);
      assertEquals((await infer()).logits.length, 3);

      const said = /device was lost .*: restart the server/;
      const error = await assertRejects(async () => {
        for (let requests = 0; requests < 100; requests++) await infer();
      }, Error);
      assert(said.test(error.message), error.message);
      assert(!thread.alive);
      assert(said.test((await assertRejects(infer, Error)).message));
    }),
});
