import { ModuleBuilder } from "../../../backends/cpu/simd/assembler/module.ts";
import { ThreadPool } from "../../../backends/cpu/simd/threads.ts";

/** Runs a kernel that notes its thread until all threads have computed something, or 20 seconds have passed. */
export async function computingThreads(threads: number): Promise<number[]> {
  const module = new ModuleBuilder(false);
  const kernel = module.kernel("note", { notes: "i32" }, (f, { notes }, begin, end) => {
    f.for(begin, end, 1, (unit) => f.store(f.let(notes.add(unit.shl(2))), f.thread));
  });
  const memory = new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true });
  const bytes = module.encode({ shared: true, maximumPages: 1 });
  using pool = new ThreadPool(new WebAssembly.Module(bytes), memory, 0, threads);
  await pool.started;
  const words = new Int32Array(memory.buffer);
  const [start, units] = [64, 5000];
  words[0] = start;
  const seen = new Set<number>();
  for (const deadline = Date.now() + 20_000; seen.size < threads && Date.now() < deadline;) {
    pool.run(kernel.index, units, 7);
    for (const thread of words.subarray(start / 4, start / 4 + units)) seen.add(thread);
  }
  return [...seen].sort();
}
