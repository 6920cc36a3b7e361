/** The WebGPU backend on a device that is soon lost, to be chosen by the address of this module. */
import "./lose_device.ts";
export { default } from "@taxon/backend-webgpu";
