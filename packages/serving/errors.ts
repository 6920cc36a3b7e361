/** What went wrong, in the words of text-embeddings-inference, and ours where it has none. */
export type ErrorType =
  | "Unhealthy"
  | "Backend"
  | "Overloaded"
  | "Tokenizer"
  | "Validation"
  | "Empty"
  | "Unauthorized"
  | "HostNotAllowed"
  | "NotFound"
  | "MethodNotAllowed"
  | "Timeout"
  | "PayloadTooLarge"
  | "UnsupportedMediaType"
  | "ClientClosed";

/** HTTP status of each kind of error. */
export const STATUS_OF: Readonly<Record<ErrorType, number>> = {
  Unhealthy: 503, // health routes only: the npm client of Hugging Face repeats a request at once on 503
  Backend: 424,
  Overloaded: 429,
  Tokenizer: 422,
  Validation: 422,
  Empty: 400,
  Unauthorized: 401,
  HostNotAllowed: 403,
  NotFound: 404,
  MethodNotAllowed: 405,
  Timeout: 408,
  PayloadTooLarge: 413,
  UnsupportedMediaType: 415,
  ClientClosed: 499, // never seen by a client: it has gone
};

/**
 * An error that a client may read: its message names limits and fields, never the text, a path or a stack.
 * Whatever else is thrown becomes a plain "inference failed".
 */
export class RequestError extends Error {
  override name = "RequestError";
  readonly status: number;

  constructor(
    readonly type: ErrorType,
    message: string,
    readonly options: { status?: number; headers?: Record<string, string>; cause?: unknown } = {},
  ) {
    super(message, { cause: options.cause });
    this.status = options.status ?? STATUS_OF[type];
  }
}

/** The error as a client may see it, whatever was thrown. */
export function toRequestError(thrown: unknown): RequestError {
  if (thrown instanceof RequestError) return thrown;
  return new RequestError("Backend", "inference failed", { cause: thrown });
}
