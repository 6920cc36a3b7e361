/** Shapes that do not fit together, or a size that an op cannot take. */
export class ShapeError extends TypeError {
  /** The name that `toString` and logs show. */
  override name = "ShapeError";
}

/** An element type that an op cannot take. */
export class DTypeError extends TypeError {
  /** The name that `toString` and logs show. */
  override name = "DTypeError";
}

/** A backend or device that cannot do what was asked, is missing, or was lost. */
export class DeviceError extends Error {
  /** The name that `toString` and logs show. */
  override name = "DeviceError";
}

/**
 * The device of a backend is gone with all that was on it: the driver restarted, the GPU was removed, or the system took
 * it away. Only a new backend helps, with models loaded again.
 */
export class DeviceLostError extends DeviceError {
  /** The name that `toString` and logs show. */
  override name = "DeviceLostError";
}

/** Use of a tensor after its memory was given back. */
export class DisposedError extends Error {
  /** The name that `toString` and logs show. */
  override name = "DisposedError";
}
