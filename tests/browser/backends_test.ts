import { assertAlmostEquals, assertEquals, assertGreater, assertMatch } from "@std/assert";
import { createCpuBackend } from "@taxon/backend-cpu";
import { bundle } from "./bundle.ts";
import { browserTest, launchChromium, openPage } from "./chromium.ts";
import { trainingCurve } from "./in_page/training_run.ts";
import { serveFiles } from "./serve_files.ts";

/** Starts the bundled checks as a worker, and asks it. */
const page = `<!doctype html><html lang="en"><link rel="icon" href="data:,"><title>Checks</title><script>
  const worker = new Worker("checks.js", { type: "module" });
  const ask = (...question) => new Promise((resolve, reject) => {
    worker.onmessage = ({ data }) => "error" in data ? reject(new Error(data.error)) : resolve(data.result);
    worker.onerror = (event) => reject(new Error(event.message));
    worker.postMessage(question);
  });
</script>`;

for (const backend of ["webgpu", "cpu"]) {
  Deno.test(
    `${backend} in Chromium passes the conformance suite, and trains for 20 steps as the cpu in Deno`,
    browserTest,
    async () => {
      const files = { "": page, "checks.js": await bundle("tests/browser/in_page/checks.ts") };
      await using server = serveFiles((path) => files[path as keyof typeof files], { isolated: true });
      await using browser = await launchChromium({ webgpu: true });
      const { page: tab, problems } = await openPage(browser, server.url);
      await tab.goto(server.url);
      const ask = async <T>(check: string) => await tab.evaluate(`ask("${check}", "${backend}")`) as T;

      assertMatch(
        await ask("describe"),
        backend === "cpu" ? /^\d+ threads?, WebAssembly SIMD/ : /swiftshader/i,
      );
      if (backend === "cpu") assertEquals(await ask("computingThreads"), [0, 1, 2]);
      const results = await ask<{ name: string; status: string; reason?: string }[]>("conformance");
      assertEquals(results.filter(({ status }) => status === "failed"), []);
      assertGreater(results.filter(({ status }) => status === "passed").length, 700);
      if (backend === "webgpu") {
        const tiled = await ask<typeof results>("conformanceOfGpuTiles");
        assertEquals(tiled.filter(({ status }) => status !== "passed"), []);
        assertGreater(tiled.length, 150);
      }

      const curve = await ask<number[]>("trainingCurve");
      const expected = await trainingCurve(await createCpuBackend());
      assertEquals(curve.length, 20);
      // Sums of f32 in another order differ by some ulps a step, and Adam's early steps multiply that.
      curve.forEach((loss, step) => assertAlmostEquals(loss, expected[step], 1e-4, `step ${step}`));
      assertEquals(problems, []);
    },
  );
}
