import { assert, assertEquals } from "@std/assert";
import { putUnderLoad } from "../support/load.ts";
import { startServer, writeRandomModel } from "../support/server.ts";

Deno.test("1,000 served requests are all answered and leave no buffer behind", async () => {
  const folder = await Deno.makeTempDir();
  try {
    await writeRandomModel(`${folder}/model`);
    await using server = await startServer(["--model", `${folder}/model`]);
    const { refused, first, last } = await putUnderLoad(server.url, 1000);
    assertEquals(refused, 0);
    assert(first.buffers > 0, "the server must report the buffers of its model");
    assertEquals(last, first);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
