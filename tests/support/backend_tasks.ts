import { assertAlmostEquals, assertEquals, assertMatch } from "@std/assert";
import { inScratch, parseLines } from "./scratch.ts";
import { startServer, writeRandomModel } from "./server.ts";
import { smallExamples, tinyFlags, toCsv } from "./small_data.ts";
import { succeed } from "./task.ts";

/**
 * Trains with `--backend asked`, which must take `backend`, and checks that `predict` scores there as on the cpu.
 *
 * @param run How tasks are run.
 */
export function checkTrainAndPredict(
  asked: string,
  backend: string,
  run: typeof succeed = succeed,
): Promise<void> {
  return inScratch(async (folder) => {
    await Deno.writeTextFile(`${folder}/train.csv`, toCsv(smallExamples(90)));
    const [data, model] = [["--train", `${folder}/train.csv`], `${folder}/model`];
    const trained = await run("train", [...data, "--output", model, ...tinyFlags({ backend: asked })]);
    assertMatch(trained.stderr, new RegExp(`^backend: ${backend} \\(`, "m"));

    const predict = async (backend: string) => {
      const args = ["--model", model, "--format", "jsonl", "--backend", backend, "soup today"];
      return Object.entries<number>(parseLines((await run("predict", args)).stdout)[0].scores);
    };
    const ours = await predict(backend);
    for (const [i, [label, score]] of (await predict("cpu")).entries()) {
      assertEquals(ours[i][0], label);
      assertAlmostEquals(ours[i][1], score, 1e-4); // two layers of f32 sums in another order
    }
  });
}

/**
 * Serves with `--backend asked`, which must take `backend`, and gives what the server said.
 *
 * @param env Variables of the server; by default those that hide graphics processors.
 */
export async function checkServe(
  asked: string,
  backend: string,
  env?: Record<string, string>,
): Promise<string> {
  let said = "";
  await inScratch(async (folder) => {
    await writeRandomModel(`${folder}/desk`);
    await using server = await startServer(["--model", `${folder}/desk`, "--backend", asked], env);
    const reply = await fetch(`${server.url}/predict`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ inputs: "the bank" }),
    });
    assertEquals([reply.status, (await reply.json()).length], [200, 3]);
    server.stop();
    said = (await server.ended).stderr;
    assertMatch(said, new RegExp(`3 labels, ${backend} \\(`));
  });
  return said;
}
