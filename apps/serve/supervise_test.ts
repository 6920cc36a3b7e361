import { assertEquals } from "@std/assert";
import { supervise, type Supervised } from "./supervise.ts";

/** Runs servers that end as told, one after the other, on a clock that only moves when someone pauses. */
async function run(ends: { lives?: number; port?: number; code: number; stopped?: true }[]) {
  let clock = 0;
  let stopping = false;
  const log: string[] = [];
  const code = await supervise({
    start(port): Supervised {
      const end = ends.shift()!;
      log.push(`start ${port ?? "anywhere"}`);
      clock += end.lives ?? 0;
      stopping = end.stopped ?? false;
      return {
        ready: Promise.resolve(end.port),
        status: Promise.resolve({ code: end.code, signal: end.code > 128 ? "SIGKILL" : null }),
      };
    },
    stopping: () => stopping,
    pause(ms) {
      clock += ms;
      log.push(`pause ${ms / 1000}`);
      return Promise.resolve();
    },
    say: () => {},
    now: () => clock,
  });
  return { code, log };
}

Deno.test("a server that never listened is not started again: its flags or its model are wrong", async () => {
  assertEquals(await run([{ code: 2 }]), { code: 2, log: ["start anywhere"] });
  assertEquals(await run([{ code: 137 }]), { code: 137, log: ["start anywhere"] });
});

Deno.test("a server that died is started on its port again, more and more slowly", async () => {
  const dies = { port: 4711, code: 137 };
  const { code, log } = await run([...Array(7).fill(dies), { ...dies, stopped: true as const }]);
  assertEquals(code, 137);
  assertEquals(
    log.filter((line) => line.startsWith("pause")),
    [1, 2, 4, 8, 16, 30, 30].map((s) => `pause ${s}`),
  );
  assertEquals(log.filter((line) => line.startsWith("start")), [
    "start anywhere",
    ...Array(7).fill("start 4711"),
  ]);
});

Deno.test("a server that answered for a minute is started quickly again", async () => {
  const dies = { port: 80, code: 1 };
  const { log } = await run([dies, dies, { ...dies, lives: 60_000 }, { code: 0 }]);
  assertEquals(log.filter((line) => line.startsWith("pause")), ["pause 1", "pause 2", "pause 1"]);
});

Deno.test("a server that ended on request is not started again", async () => {
  assertEquals((await run([{ port: 80, code: 0 }])).log, ["start anywhere"]);
  assertEquals((await run([{ port: 80, code: 143, stopped: true }])).code, 143);
});
