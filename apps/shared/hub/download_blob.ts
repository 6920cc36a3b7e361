import { hasChecksum } from "./checksum.ts";
import type { HubClient, Transfer } from "./client.ts";
import type { HubFile } from "./listing.ts";
import { PassingFailure, retrying, type RetryOptions } from "./retry.ts";

/** How a file is downloaded. */
export interface DownloadOptions extends RetryOptions {
  /** Hears how many bytes of the file are there. */
  onProgress(bytes: number): void;
}

/**
 * Downloads a file into `incomplete`, going on where an earlier attempt or process stopped, and leaves it there whole,
 * checked and forced to the disk. Nobody else may write to it meanwhile.
 *
 * @throws {Error} If what comes is not the listed file; nothing of it is left.
 * @throws {PassingFailure} If the network does not hold; what came is kept for the next time.
 */
export async function downloadBlob(
  client: HubClient,
  urlPath: string,
  file: HubFile,
  incomplete: string,
  options: DownloadOptions,
): Promise<void> {
  using output = await Deno.open(incomplete, { read: true, write: true, create: true });
  if ((await output.stat()).size > file.size) await output.truncate(0);
  let resumed = (await output.stat()).size > 0;
  while (true) {
    await retrying(() => fill(output, client, urlPath, file, options), options);
    await output.sync();
    if (await hasChecksum(incomplete, file)) return;
    await output.truncate(0);
    if (!resumed) {
      throw new Error(`the bytes of ${file.path} that came do not have the checksum ${file.hash}`);
    }
    options.note(`${file.path} was begun by an earlier process and is damaged: downloading it anew`);
    resumed = false;
  }
}

/** One request for all that is missing. */
async function fill(
  output: Deno.FsFile,
  client: HubClient,
  urlPath: string,
  file: HubFile,
  { onProgress }: DownloadOptions,
): Promise<void> {
  let at = (await output.stat()).size;
  if (at === file.size) return;
  using transfer = await client.open(urlPath, at);
  if (transfer.status === 416) {
    await output.truncate(0);
    throw new PassingFailure(`the server does not go on with ${file.path}`);
  }
  if (transfer.status !== 206) {
    await output.truncate(0);
    at = 0;
  }
  checkLength(transfer, file, at);
  await output.seek(at, Deno.SeekMode.Start);
  const begun = at;
  try {
    for await (const piece of transfer.pieces()) {
      if (at + piece.length > file.size) {
        await output.truncate(0);
        throw new Error(`more than the ${file.size} bytes of ${file.path} came that the Hub lists`);
      }
      await writeAll(output, piece);
      onProgress(at += piece.length);
    }
  } catch (error) {
    if (!(error instanceof PassingFailure)) throw error;
    throw new PassingFailure(error.message, error.retryAfterMs, at > begun);
  }
  if (at < file.size) {
    const message = `the connection ended after ${at} of ${file.size} bytes of ${file.path}`;
    throw new PassingFailure(message, undefined, at > begun);
  }
}

/** Refuses an answer that announces another file, or another part of it, before anything is written. */
function checkLength({ status, headers }: Transfer, { path, size }: HubFile, start: number): void {
  const announced = status === 206 ? headers.get("content-range") : headers.get("content-length");
  const expected = status === 206 ? `bytes ${start}-${size - 1}/${size}` : String(size);
  if (announced !== expected && (status === 206 || announced !== null)) {
    throw new Error(`the server announces ${announced} of ${path}, the Hub lists ${expected}`);
  }
}

async function writeAll(output: Deno.FsFile, bytes: Uint8Array): Promise<void> {
  for (let written = 0; written < bytes.length;) written += await output.write(bytes.subarray(written));
}
