import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import cpu from "@taxon/backend-cpu";
import { startTask } from "../../tests/support/task.ts";
import { checkBackend } from "./backend_checkup.ts";
import { type Checkup, isHealthy } from "./checkup.ts";
import { render } from "./render.ts";

/** A machine with one working backend and a graphics adapter. */
const checkup: Checkup = {
  version: "taxon 0.1.0",
  cores: 2,
  backends: [
    {
      name: "ffi",
      state: "missing",
      description: "its library is not built",
      remedy: "run deno task build:ffi",
    },
    {
      name: "cpu",
      state: "ready",
      description: "2 threads",
      dtypes: ["f32", "i32"],
      maxBufferBytes: 2 ** 30,
    },
  ],
  auto: "cpu (2 threads)",
  adapter: {
    description: "software: llvmpipe",
    software: true,
    features: ["shader-f16"],
    limits: { maxBufferSize: 2 ** 28 },
  },
  library: { path: "/taxon/libtaxon.so", upToDate: false, cargo: false },
  permissions: [{ flag: "--allow-run=cargo", purpose: "building the native library", granted: false }],
};

Deno.test("checkBackend() finds the cpu backend ready", async () => {
  const { name, state, dtypes } = await checkBackend(cpu);
  assertEquals([name, state], ["cpu", "ready"]);
  assert(dtypes?.includes("f32"));
});

Deno.test("checkBackend() calls a backend that computes garbage broken, and shows what it computed", async () => {
  const garbage = {
    ...cpu,
    create: async () => {
      const backend = await cpu.create();
      backend.matmul = (_a, _b, _options, out) => backend.fill(0, out);
      return backend;
    },
  };
  const { state, description } = await checkBackend(garbage);
  assertEquals(state, "broken");
  assertStringIncludes(description, "the square of [[1, 2], [3, 4]] came out as 0,0,0,0");
});

Deno.test("checkBackend() tells what is missing and the remedy, and what creating it failed with", async () => {
  const missing = { available: false, reason: "no driver", remedy: "install one" } as const;
  assertEquals(await checkBackend({ ...cpu, probe: () => Promise.resolve(missing) }), {
    name: "cpu",
    state: "missing",
    description: "no driver",
    remedy: "install one",
  });
  const broken = await checkBackend({
    ...cpu,
    create: () => Promise.reject(new Error("the self-test failed")),
  });
  assertEquals([broken.state, broken.description], ["broken", "the self-test failed"]);
});

Deno.test("isHealthy() wants the backend asked for, and nothing broken", () => {
  assert(isHealthy(checkup, "auto") && isHealthy(checkup, "cpu"));
  assert(!isHealthy(checkup, "ffi") && !isHealthy(checkup, "webgpu"));
  const broken = { name: "webgpu", state: "broken", description: "garbage" } as const;
  assert(!isHealthy({ ...checkup, backends: [...checkup.backends, broken] }, "cpu"));
  assert(!isHealthy({ ...checkup, backends: checkup.backends.slice(0, 1) }, "auto"));
});

Deno.test("render() shows backends, adapter, library and permissions, each missing thing with its remedy", () => {
  const lines = render(checkup).split("\n").map((line) => line.trim().replace(/ {2,}/g, " | "));
  for (
    const line of [
      "ffi | missing | its library is not built",
      "run deno task build:ffi",
      "cpu | ready | 2 threads",
      "f32, i32; tensors of up to 1,024 MiB",
      "software: llvmpipe, which auto leaves alone",
      "maxBufferSize: 268,435,456",
      "cargo: not found; install Rust to build the library",
      "missing | --allow-run=cargo | building the native library",
    ]
  ) assert(lines.includes(line), `${line} is not among\n${lines.join("\n")}`);
});

Deno.test("the doctor reports as JSON, and ends with 1 where the backend asked for is missing", async () => {
  const found = await startTask("doctor", ["--json"]).ended;
  assertEquals([found.code, found.stderr], [0, ""]);
  const { backends, permissions, adapter }: Checkup = JSON.parse(found.stdout);
  assertEquals(backends.map(({ name }) => name).sort(), ["cpu", "ffi", "webgpu"]);
  assertEquals(adapter, undefined); // startTask hides the drivers
  assert(permissions.every(({ granted }) => granted));

  const missing = await startTask("doctor", ["--backend", "webgpu"]).ended;
  assertEquals([missing.code, missing.stderr], [1, ""]);
  assertMatch(missing.stdout, /webgpu +missing +navigator\.gpu offers no adapter\n +install a Vulkan driver/);
});
