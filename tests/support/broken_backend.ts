import type { Backend, BackendProvider, DeviceBuffer, FusedOps, HostArray, OutputSpec } from "@taxon/tensor";

/** Members to replace, made for each new backend; `fused` is merged into the sound one's. */
export type Defect = (sound: Backend) => Partial<Omit<Backend, "fused">> & { fused?: FusedOps };

/** A provider of backends that are sound but for the members that `defect` replaces. */
export function brokenProvider(sound: BackendProvider, defect: Defect): BackendProvider {
  return {
    ...sound,
    name: "broken",
    async create(options) {
      const backend = await sound.create(options);
      const { fused, ...members } = defect(backend);
      const replaced: Partial<Backend> = {
        name: "broken",
        ...members,
        fused: { ...backend.fused, ...fused },
      };
      return new Proxy(backend, {
        get(target, property) {
          if (property in replaced) return Reflect.get(replaced, property);
          const value = Reflect.get(target, property, target);
          return typeof value === "function" ? value.bind(target) : value;
        },
      });
    },
  };
}

/** Replaces a buffer by one with its elements changed. */
export function edited(
  backend: Backend,
  buffer: DeviceBuffer,
  out: OutputSpec,
  edit: (elements: HostArray) => void,
): DeviceBuffer {
  const elements = backend.readSync({ buffer, ...out });
  edit(elements);
  backend.free(buffer);
  return backend.upload(elements, out);
}
