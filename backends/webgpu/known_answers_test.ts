import { assertEquals, assertRejects } from "@std/assert";
import { type Backend, DeviceError } from "@taxon/tensor";
import { selfTest } from "./known_answers.ts";
import { gpuTest, openBackend } from "./test_support.ts";

/** The backend with other methods. */
function changed(backend: Backend, methods: Partial<Backend>): Backend {
  return new Proxy(backend, {
    get(target, name) {
      const value = name in methods ? methods[name as keyof Backend] : target[name as keyof Backend];
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}

gpuTest("the self-test passes a device that computes rightly, and leaves nothing behind", async () => {
  using backend = await openBackend();
  await selfTest(backend);
  assertEquals(backend.memory().buffers, 0);
});

gpuTest("the self-test refuses a device whose kernels do nothing, and disposes it", async () => {
  const backend = await openBackend();
  const idle = changed(backend, { matmul: (_a, _b, _options, out) => backend.fill(0, out) });
  await assertRejects(
    () => selfTest(idle),
    DeviceError,
    'Cannot use backend "webgpu" on test: its self-test computed a product of matrices as [0,0,0,0], expected ' +
      "[14,32,32,77]; update the graphics driver, or choose --backend=cpu",
  );
  assertEquals(backend.memory().buffers, 0);
});

gpuTest("the self-test refuses a device whose exp is off", async () => {
  const backend = await openBackend();
  const wrong = changed(backend, { unary: (_op, x, out) => backend.binary("add", x, 1, out) });
  await assertRejects(() => selfTest(wrong), DeviceError, "its self-test computed exp");
});
