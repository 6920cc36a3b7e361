/** Loaded before a command: the device of WebGPU is lost at its 60th submit, as if the driver had restarted. */
const devices: GPUDevice[] = [];
const { requestDevice } = GPUAdapter.prototype;
GPUAdapter.prototype.requestDevice = async function (descriptor) {
  const device = await requestDevice.call(this, descriptor);
  devices.push(device);
  return device;
};
const { submit } = GPUQueue.prototype;
let submits = 0;
GPUQueue.prototype.submit = function (commands) {
  submit.call(this, commands);
  if (++submits === 60) { for (const device of devices) device.destroy(); }
};
