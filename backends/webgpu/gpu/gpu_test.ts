import { assertEquals, assertRejects, assertStringIncludes, assertThrows } from "@std/assert";
import { DeviceError, DeviceLostError } from "@taxon/tensor";
import { f32, gpuTest, openGpu } from "../test_support.ts";
import { defineKernel } from "./kernel.ts";

const broken = defineKernel({
  name: "broken",
  reads: {},
  writes: { y: "f32" },
  params: {},
  workgroupSize: 1,
  body: "y[i] = nonsense;",
});

gpuTest("a kernel that does not compile fails the next read under its name", async () => {
  const { gpu } = await openGpu();
  const y = gpu.create(f32(1), "broken");
  gpu.run(broken, { buffers: { y }, params: {}, groups: 1 });
  const error = await assertRejects(() => gpu.read(y), DeviceError);
  assertStringIncludes(error.message, "Cannot run broken on webgpu: ");
  assertStringIncludes(error.message, "nonsense");
  assertThrows(() => gpu.create(f32(1), "add"), DeviceError, "Cannot run broken");
  await assertRejects(() => gpu.flush(), DeviceError, "Cannot run broken");
  gpu.dispose();
});

gpuTest("a lost device fails reads with DeviceLostError, also those under way", async () => {
  const { device, gpu } = await openGpu();
  const x = gpu.upload(Float32Array.of(1, 2), "upload");
  const underWay = assertRejects(() => gpu.read(x), DeviceLostError, "the device was lost");
  device.destroy();
  await underWay;
  await assertRejects(() => gpu.read(x), DeviceLostError, "the device was lost");
});

gpuTest("a tensor over the device's limit is refused at once, with the limit", async () => {
  const { gpu } = await openGpu();
  const error = assertThrows(() => gpu.create(f32(2 ** 30), "matmul"), DeviceError);
  assertEquals(
    error.message,
    `Cannot create the result of matmul on webgpu: it takes ${
      2 ** 32
    } bytes, one buffer of this device holds ` +
      `${gpu.maxBufferBytes}; use a smaller batch, or choose --backend=cpu`,
  );
  gpu.dispose();
});

gpuTest("a dispatch of more workgroups than one dimension holds reaches every element", async () => {
  const { gpu } = await openGpu();
  const one = defineKernel({
    name: "one",
    reads: {},
    writes: { y: "u32" },
    params: {},
    workgroupSize: 1,
    body: "y[i] = i;",
  });
  const count = 70_000; // over 65,535
  const y = gpu.create({ shape: [count], dtype: "i32" }, "one");
  gpu.run(one, { buffers: { y }, params: {}, groups: count });
  const values = new Int32Array(await gpu.read(y));
  assertEquals(values.findIndex((value, i) => value !== i), -1);
  gpu.dispose();
});
