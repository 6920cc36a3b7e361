import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { DeviceError, DeviceLostError } from "@taxon/tensor";
import { type ErrorSource, Faults } from "./faults.ts";

/** A device whose error scopes report what `errors` holds, innermost first. */
function source(...errors: (GPUError | null)[]): { device: ErrorSource; lose(message: string): void } {
  const lost = Promise.withResolvers<{ reason: string; message: string }>();
  return {
    device: {
      lost: lost.promise,
      pushErrorScope: () => {},
      popErrorScope: () => Promise.resolve(errors.shift() ?? null),
    } as unknown as ErrorSource,
    lose: (message) => lost.resolve({ reason: "unknown", message }),
  };
}

Deno.test("an error of the device carries the name of the op, and the first one stays", async () => {
  const { device } = source(new GPUValidationError("size is 0"), null, new GPUValidationError("later"));
  const faults = new Faults(device);
  assertEquals(faults.watch("matmul", () => 5), 5);
  faults.watch("add", () => {});
  for (let reads = 0; reads < 2; reads++) {
    await assertRejects(() => faults.check(), DeviceError, "Cannot run matmul on webgpu: size is 0");
  }
  assertThrows(() => faults.throwIfFaulty(), DeviceError, "Cannot run matmul");
});

Deno.test("running out of memory says what to do", async () => {
  const { device } = source(null, new GPUOutOfMemoryError("no room"));
  const faults = new Faults(device);
  faults.watch("linear", () => {});
  await assertRejects(
    () => faults.check(),
    DeviceError,
    "Cannot run linear on webgpu: the device is out of memory; use a smaller batch, or choose --backend=cpu",
  );
});

Deno.test("a device without errors passes the check", async () => {
  const faults = new Faults(source().device);
  faults.watch("add", () => {});
  await faults.check();
});

Deno.test("the loss of the device is an error of its own class that says how to go on", async () => {
  const { device, lose } = source();
  const faults = new Faults(device);
  lose("the GPU was removed");
  const error = await assertRejects(() => faults.check(), DeviceLostError);
  assertEquals(
    error.message,
    'Cannot go on with backend "webgpu": the device was lost (the GPU was removed); begin again with a new backend',
  );
});

Deno.test("the loss of a disposed device is no fault, its use is", async () => {
  const { device, lose } = source();
  const faults = new Faults(device);
  faults.dispose();
  lose("destroyed");
  await Promise.resolve();
  assertThrows(() => faults.throwIfFaulty(), DeviceError, 'Cannot use backend "webgpu": it was disposed');
});
