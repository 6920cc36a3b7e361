/**
 * `deno task test:hostile [--seconds N] [--filter TEXT] [--model FOLDER]`: attacks a server on this machine in every
 * way that docs/serving.md says it bears, each for some seconds, and fails unless `/health` answered within 100 ms in
 * 99 of 100 cases all the while, an honest request is answered in time afterwards, and the process has grown by less
 * than 256 MB at the end. Times are those of a quiet machine.
 */
import { parseArgs } from "@std/cli/parse-args";
import { startServer, writeRandomModel } from "../../support/server.ts";
import { withoutGpu } from "../../support/task.ts";
import { hostileCases } from "./cases.ts";
import type { Target } from "./client.ts";

const HEALTH_P99_MS = 100;
const HONEST_MS = 5000;
const GROWTH_MB = 256;
const OPEN_FILES = 4096;

const flags = parseArgs(Deno.args, { string: ["seconds", "filter", "model"], default: { seconds: "10" } });
const seconds = Number(flags.seconds);

async function gauge(url: string, name: string): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text();
  return Number(new RegExp(`^${name} (\\S+)$`, "m").exec(text)?.[1]);
}

const megabytes = async (url: string) => await gauge(url, "process_resident_memory_bytes") / 1e6;

/** Milliseconds until a usual request is answered, asked again where the server is full. */
async function honestMs(url: string): Promise<number> {
  const start = performance.now();
  while (performance.now() - start < 10 * HONEST_MS) {
    const response = await fetch(`${url}/v1/classify`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ inputs: "the invoice is wrong" }),
    }).catch(() => undefined);
    await response?.body?.cancel();
    if (response?.status === 200) return performance.now() - start;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return Infinity;
}

async function healthDuring(target: Target, attack: (over: AbortSignal) => Promise<void>): Promise<number[]> {
  const probe = new Worker(new URL("./probe.ts", import.meta.url), { type: "module" });
  const times = new Promise<number[]>((resolve) => probe.onmessage = ({ data }) => resolve(data));
  probe.postMessage({ target });
  const over = new AbortController();
  const attacking = attack(over.signal);
  await new Promise((resolve) => setTimeout(resolve, 1000 * seconds));
  probe.postMessage("stop");
  const result = await times;
  over.abort();
  await attacking;
  probe.terminate();
  return result.sort((a, b) => a - b);
}

const folder = await Deno.makeTempDir();
let failed = 0;
try {
  if (!flags.model) await writeRandomModel(`${folder}/desk`, { maxTokens: 256, ngramRows: 1 });
  const args = ["--model", `desk=${flags.model ?? `${folder}/desk`}`];
  await using server = await startServer(args, withoutGpu, { openFiles: OPEN_FILES });
  const { hostname, port } = new URL(server.url);
  const target = { hostname, port: Number(port) };
  await honestMs(server.url);
  const start = await megabytes(server.url);
  const row = (...cells: string[]) =>
    console.log(cells.map((cell, i) => i ? cell.padStart(10) : cell.padEnd(62)).join(""));
  row(`${start.toFixed(0)} MB at the start`, "p50 ms", "p99 ms", "worst ms", "honest ms", "MB");
  const judge = (ok: boolean) => ok ? "" : (failed++, "  <-- too much");

  const quiet = { name: "(nobody attacks)", run: () => Promise.resolve() };
  for (
    const { name, run } of [quiet, ...hostileCases].filter(({ name }) => name.includes(flags.filter ?? ""))
  ) {
    const times = await healthDuring(target, (over) => run(target, over));
    const honest = await honestMs(server.url);
    const p99 = times[Math.ceil(0.99 * times.length) - 1];
    const figures = [times[times.length >> 1], p99, times.at(-1)!, honest, await megabytes(server.url)];
    const verdict = judge(p99 <= HEALTH_P99_MS && honest <= HONEST_MS);
    row(name, ...figures.map((figure) => figure.toFixed(0)), verdict);
  }
  const growth = await megabytes(server.url) - start;
  console.log(`${growth.toFixed(0)} MB more than at the start${judge(growth <= GROWTH_MB)}`);
  const closed = await gauge(server.url, "taxon_connections_closed_for_room");
  const cut = await gauge(server.url, "taxon_replies_cut_off");
  console.log(`${closed} connections closed for newcomers, ${cut} replies cut off`);
} finally {
  await Deno.remove(folder, { recursive: true });
}
console.log(failed === 0 ? "all bounds held" : `${failed} bounds broken`);
Deno.exit(failed === 0 ? 0 : 1);
