import type { z } from "zod";
import { RequestError } from "./errors.ts";

const MAX_JSON_DEPTH = 64;

/** Reads a body, counting while it arrives: the length that a header claims is not to be trusted. */
export async function readBody(
  request: Request,
  limits: { payloadLimit: number; bodyTimeoutMs: number },
): Promise<Uint8Array> {
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
    const chunks: Uint8Array[] = [];
    let size = 0;
    while (true) {
      const { done, value } = await Promise.race([reader.read(), deadline]);
      if (done) return concat(chunks, size);
      size += value.byteLength;
      if (size > limits.payloadLimit) throw tooLarge();
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

function concat(chunks: Uint8Array[], size: number): Uint8Array {
  if (chunks.length === 1) return chunks[0];
  const whole = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.byteLength;
  }
  return whole;
}

/** Parses JSON, refusing what nests deeper than any request has reason to. */
export function parseJson(bytes: Uint8Array): unknown {
  if (bytes.byteLength === 0) throw new RequestError("Empty", "request body is empty");
  checkDepth(bytes);
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch {
    // The engine's own message quotes the body
    throw new RequestError("Validation", "request body is not valid JSON", { status: 400 });
  }
}

/** One pass over the bytes, before anything is built from them. */
function checkDepth(bytes: Uint8Array): void {
  const [quote, backslash] = [0x22, 0x5c];
  let depth = 0;
  let inString = false;
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i];
    if (inString) {
      if (byte === backslash) i++;
      else if (byte === quote) inString = false;
    } else if (byte === quote) inString = true;
    else if (byte === 0x5b || byte === 0x7b) depth++; // [ or {
    else if (byte === 0x5d || byte === 0x7d) depth--; // ] or }
    if (depth > MAX_JSON_DEPTH) {
      const message = `request body nests deeper than ${MAX_JSON_DEPTH} levels`;
      throw new RequestError("Validation", message, { status: 400 });
    }
  }
}

/** Checks a parsed body against its schema; the message names the field, never what stood there. */
export function validate<T>(schema: z.ZodType<T>, value: unknown): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const { path, message } = result.error.issues[0];
  const where = path.length ? `\`${path.join(".")}\`` : "request body";
  throw new RequestError("Validation", `${where}: ${message}`.slice(0, 290));
}
