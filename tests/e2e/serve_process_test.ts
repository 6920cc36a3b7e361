import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { childrenOf, kill } from "../support/processes.ts";
import { root } from "../support/repository.ts";
import { inScratch } from "../support/scratch.ts";
import { startServer, writeRandomModel } from "../support/server.ts";
import { withoutGpu } from "../support/task.ts";

const refuses = async (url: string) => {
  try {
    await (await fetch(`${url}/health`)).body?.cancel();
    return false;
  } catch {
    return true;
  }
};

const answers = async (url: string) => !await refuses(url);

const until = async (condition: () => Promise<boolean>) => {
  while (!await condition()) await new Promise((resolve) => setTimeout(resolve, 50));
};

Deno.test("a killed launcher takes the server along: its port is free", () =>
  inScratch(async (folder) => {
    await writeRandomModel(`${folder}/desk`);
    await using server = await startServer(["--model", `${folder}/desk`]);
    assert(await answers(server.url));
    await kill(server.pid);
    await until(() => refuses(server.url));
  }));

Deno.test({
  name: "a killed server is started again on its port, and says so",
  ignore: Deno.build.os !== "linux", // its children are found in /proc
  fn: () =>
    inScratch(async (folder) => {
      await writeRandomModel(`${folder}/desk`);
      await using server = await startServer(["--model", `${folder}/desk`]);
      const [child] = await childrenOf(server.pid);
      await kill(child);
      await until(() => refuses(server.url));
      await until(() => answers(server.url));
      server.stop();
      const { code, stderr } = await server.ended;
      assertEquals(code, 0);
      assertStringIncludes(stderr, "The server ended by SIGKILL; it is started again in 1 s\n");
      assertEquals(stderr.split("Listening on").length, 3);
    }),
});

Deno.test("a server whose log nobody reads goes on answering, and counts the lines that are missing", () =>
  inScratch(async (folder) => {
    await writeRandomModel(`${folder}/desk`);
    await using server = await startServer(["--model", `${folder}/desk`], withoutGpu, { readLog: false });
    const dropped = async () => {
      const text = await (await fetch(`${server.url}/metrics`)).text();
      return Number(/^taxon_log_lines_dropped (\d+)$/m.exec(text)?.[1]);
    };
    while (await dropped() === 0) {
      await Promise.all(Array.from({ length: 500 }, async () => {
        const response = await fetch(`${server.url}/health`);
        assertEquals(response.status, 200);
        await response.body?.cancel();
      }));
    }
  }));

Deno.test("deno serve by hand does not start where it cannot tell whether there is a key", async () => {
  const start = async (...args: string[]) => {
    const { code, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["serve", "--no-prompt", "--allow-read", "--port", "0", ...args],
      cwd: root,
      env: { API_KEY: "sesame" },
    }).output();
    return [code, new TextDecoder().decode(stderr).trim().split("\n").at(-1)] as const;
  };
  const main = "apps/serve/main.ts";
  const [code, message] = await start(main, "--model", "no/folder");
  assertEquals(code, 2);
  assertStringIncludes(message!, "Cannot tell whether API_KEY holds a key");
});

Deno.test("deno serve by hand does not answer on all addresses without a key, unless told", () =>
  inScratch(async (folder) => {
    await writeRandomModel(`${folder}/desk`);
    const { code, stderr } = await new Deno.Command(Deno.execPath(), {
      args: [
        ...[
          "serve",
          "--no-prompt",
          "--allow-read",
          "--allow-env=API_KEY",
          "--host",
          "0.0.0.0",
          "--port",
          "0",
        ],
        ...["apps/serve/main.ts", "--model", `${folder}/desk`, "--backend", "cpu", "--threads", "1"],
      ],
      cwd: root,
    }).output();
    assertEquals(code, 2);
    assertStringIncludes(new TextDecoder().decode(stderr), "Cannot listen on 0.0.0.0 without an API key");
  }));
