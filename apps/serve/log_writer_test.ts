import { assert, assertEquals } from "@std/assert";
import { LogWriter } from "./log_writer.ts";

/** A sink that takes nothing until it is opened. */
function stalledSink() {
  const { promise, resolve } = Promise.withResolvers<void>();
  const decoder = new TextDecoder();
  let text = "";
  const write = async (bytes: Uint8Array) => {
    await promise;
    const taken = bytes.subarray(0, 100_000); // a pipe takes a part
    text += decoder.decode(taken, { stream: true });
    return taken.length;
  };
  return { write, open: resolve, lines: () => text.split("\n").slice(0, -1) };
}

Deno.test("LogWriter writes lines in order", async () => {
  const sink = stalledSink();
  const writer = new LogWriter(sink, (lines) => `${lines} missing`);
  sink.open();
  for (const line of ["a", "b", "ü"]) writer.write(line);
  await writer.flushed();
  writer.write("c");
  await writer.flushed();
  assertEquals([sink.lines(), writer.dropped], [["a", "b", "ü", "c"], 0]);
});

Deno.test("LogWriter keeps a bounded number of lines while nobody reads, counts the rest, and says so later", async () => {
  const sink = stalledSink();
  const writer = new LogWriter(sink, (lines) => `${lines} missing`);
  const line = "x".repeat(1000);
  for (let i = 0; i < 5000; i++) writer.write(line);
  const { dropped } = writer;
  assert(dropped > 3000 && dropped < 5000, `${dropped} lines dropped`);
  sink.open();
  await writer.flushed();
  writer.write("after");
  await writer.flushed();
  const lines = sink.lines();
  assertEquals(lines.filter((written) => written === line).length, 5000 - dropped);
  assertEquals(lines.slice(-2).sort(), [`${dropped} missing`, "after"].sort());
});

Deno.test("LogWriter counts what a closed pipe refuses, and goes on", async () => {
  const writer = new LogWriter({ write: () => Promise.reject(new Error("EPIPE")) }, () => "");
  writer.write("a");
  await writer.flushed();
  writer.write("b");
  await writer.flushed();
  assertEquals(writer.dropped, 2);
});
