/** A broken promise; the message tells the values. */
export class ConformanceError extends Error {
  /** Always "ConformanceError". */
  override name = "ConformanceError";
}

/** Thrown by a case that does not concern this backend, e.g. a dtype that it does not store. */
export class NotApplicable extends Error {
  /** Always "NotApplicable". */
  override name = "NotApplicable";
}
