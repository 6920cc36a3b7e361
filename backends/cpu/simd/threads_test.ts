import { assertEquals } from "@std/assert";
import { ModuleBuilder } from "./assembler/module.ts";
import { ThreadPool } from "./threads.ts";

const module = JSON.stringify(new URL("../mod.ts", import.meta.url).href);

/** Multiplies matrices that are large enough for several threads; `first` becomes 256. */
const program = `
  import { createCpuBackend } from ${module};
  const backend = await createCpuBackend({ threads: 3, tier: "simd" });
  const spec = { shape: [256, 256], dtype: "f32" };
  const x = { ...spec, buffer: backend.fill(1, spec) };
  const y = backend.matmul(x, x, {}, spec);
  const first = backend.readSync({ ...spec, buffer: y })[0];
`;

/** Runs a module in a process of its own, without any permission; waits for it to end. */
async function run(source: string): Promise<{ code: number; output: string }> {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-prompt", "--no-check", "-"],
    cwd: new URL(".", import.meta.url),
    stdin: "piped",
    stdout: "piped",
  }).spawn();
  const input = child.stdin.getWriter();
  await input.write(new TextEncoder().encode(source));
  await input.close();
  const { code, stdout } = await child.output();
  return { code, output: new TextDecoder().decode(stdout).trim() };
}

Deno.test("ThreadPool computes each unit once, and every thread takes part", () => {
  const module = new ModuleBuilder(false);
  const kernel = module.kernel("count", { counts: "i32" }, (f, { counts }, begin, end) => {
    f.for(begin, end, 1, (unit) => {
      const at = f.let(counts.add(unit.shl(3)));
      f.store(at, at.loadI32().add(1));
      f.store(at, f.thread, 4);
    });
  });
  const memory = new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true });
  const bytes = module.encode({ shared: true, maximumPages: 1 });
  using pool = new ThreadPool(new WebAssembly.Module(bytes), memory, 0, 3);
  const words = new Int32Array(memory.buffer);
  const [start, units] = [64, 5000];
  words[0] = start;
  const seen = new Set<number>();
  for (const deadline = Date.now() + 20_000; seen.size < 3 && Date.now() < deadline;) {
    words.fill(0, start / 4);
    pool.run(kernel.index, units, 7);
    for (let unit = 0; unit < units; unit++) {
      assertEquals(words[start / 4 + 2 * unit], 1);
      seen.add(words[start / 4 + 2 * unit + 1]);
    }
  }
  assertEquals([...seen].sort(), [0, 1, 2]);
});

Deno.test("a process ends by itself after dispose, and needs no permission for the threads", async () => {
  const source = `${program} backend[Symbol.dispose](); console.log(first);`;
  assertEquals(await run(source), { code: 0, output: "256" });
});

Deno.test("a process that forgets to dispose ends too", async () => {
  assertEquals(await run(`${program} console.log(first);`), { code: 0, output: "256" });
});

Deno.test("the backend works inside a Worker", async () => {
  const source = `${program} backend[Symbol.dispose](); postMessage(first);`;
  const url = URL.createObjectURL(new Blob([source], { type: "application/javascript" }));
  const worker = new Worker(url, { type: "module" });
  const first = await new Promise((resolve, reject) => {
    worker.onmessage = ({ data }) => resolve(data);
    worker.onerror = (event) => reject(new Error(event.message));
  });
  assertEquals(first, 256);
  worker.terminate();
  URL.revokeObjectURL(url);
});
