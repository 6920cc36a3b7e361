import type { z } from "zod";
import { RequestError } from "./errors.ts";

const MAX_JSON_DEPTH = 64;

/** Values of a JSON text, or a few more: what `/decode` may need, and no other route comes near. */
const MAX_JSON_VALUES = 69_632;
/** Names of fields, which cost most to take in; 32 texts in objects of their own have some 70. */
const MAX_JSON_FIELDS = 4096;

/**
 * Reads a body, counting while it arrives: the length that a header claims is not to be trusted.
 *
 * @param arriving Called with the bytes of each piece; may throw.
 */
export async function readBody(
  request: Request,
  limits: { payloadLimit: number; bodyTimeoutMs: number },
  arriving: (bytes: number) => void = () => {},
): Promise<Uint8Array<ArrayBuffer>> {
  const tooLarge = () =>
    new RequestError(
      "PayloadTooLarge",
      `request body is larger than the limit of ${limits.payloadLimit} bytes`,
    );
  if (Number(request.headers.get("content-length") ?? 0) > limits.payloadLimit) throw tooLarge();
  if (!request.body) return new Uint8Array();

  const reader = request.body.getReader();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const deadline = new Promise<never>((_, reject) => {
    const late = () =>
      reject(
        new RequestError("Timeout", `request body took longer than ${limits.bodyTimeoutMs} ms to arrive`),
      );
    timer = setTimeout(late, limits.bodyTimeoutMs);
  });
  try {
    const chunks: Uint8Array<ArrayBuffer>[] = [];
    let size = 0;
    while (true) {
      const { done, value } = await Promise.race([reader.read(), deadline]);
      if (done) return concat(chunks, size);
      size += value.byteLength;
      if (size > limits.payloadLimit) throw tooLarge();
      arriving(value.byteLength);
      chunks.push(value);
    }
  } catch (error) {
    reader.cancel().catch(() => {}); // the rest is of no interest, nor is why it cannot be cancelled
    if (error instanceof RequestError) throw error;
    throw new RequestError("ClientClosed", "request body ended early");
  } finally {
    clearTimeout(timer);
  }
}

function concat(chunks: Uint8Array<ArrayBuffer>[], size: number): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.byteLength;
  }
  return whole;
}

/** Parses JSON, refusing what nests deeper, or holds more, than any request has reason to. */
export function parseJson(bytes: Uint8Array): unknown {
  if (bytes.byteLength === 0) throw new RequestError("Empty", "request body is empty");
  checkStructure(bytes);
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch {
    // The engine's own message quotes the body
    throw new RequestError("Validation", "request body is not valid JSON", { status: 400 });
  }
}

/** One pass over the bytes, before anything is built from them. */
function checkStructure(bytes: Uint8Array): void {
  let depth = 0;
  let values = 1;
  let fields = 0;
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i];
    if (byte === 0x22) i = endOfString(bytes, i); // "
    else if (byte === 0x5b || byte === 0x7b) depth++; // [ or {
    else if (byte === 0x5d || byte === 0x7d) depth--; // ] or }
    else if (byte === 0x2c) values++; // ,
    else if (byte === 0x3a) fields++; // :
    const excess = depth > MAX_JSON_DEPTH
      ? `nests deeper than ${MAX_JSON_DEPTH} levels`
      : values > MAX_JSON_VALUES
      ? `holds more than ${MAX_JSON_VALUES} values`
      : fields > MAX_JSON_FIELDS
      ? `holds more than ${MAX_JSON_FIELDS} fields`
      : undefined;
    if (excess) throw new RequestError("Validation", `request body ${excess}`, { status: 400 });
  }
}

/** Where the string that begins at `start` ends: at the next quote that no backslash escapes. */
function endOfString(bytes: Uint8Array, start: number): number {
  for (let i = start + 1; i < bytes.length; i++) {
    if (bytes[i] === 0x22) return i; // "
    if (bytes[i] === 0x5c) i++; // \
  }
  return bytes.length;
}

/** Checks a parsed body against its schema; the message names the field, never what stood there. */
export function validate<T>(schema: z.ZodType<T>, value: unknown): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const { path, message } = result.error.issues[0];
  const where = path.length ? `\`${path.join(".")}\`` : "request body";
  throw new RequestError("Validation", `${where}: ${message}`.slice(0, 290));
}
