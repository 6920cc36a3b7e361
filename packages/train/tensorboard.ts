import { crc32c } from "./crc32c.ts";

/**
 * A training log as a TensorBoard event file: every figure becomes a scalar over steps, `eval_accuracy` as
 * `eval/accuracy` and the others below `train/`, as Hugging Face's Trainer names them.
 *
 * The file is a sequence of TFRecords, each an `Event` of TensorFlow's `event.proto`. Equal arguments give equal bytes,
 * and more entries only add to the end: a file that is written again as the log grows reads like one that was appended
 * to, and a resumed run has no step twice.
 *
 * @example
 * ```ts
 * import { encodeEvents } from "@taxon/train";
 * import { assertEquals } from "@std/assert";
 *
 * const bytes = encodeEvents([{ step: 1, loss: 0.7 }, { step: 2, loss: 0.6 }], 1700000000);
 * assertEquals(new TextDecoder().decode(bytes.subarray(23, 36)), "brain.Event:2"); // each such file opens so
 * ```
 *
 * @param entries Figures by name; `step` is a whole number.
 * @param wallTime Seconds since 1970. All events carry it, because the entries of a log have no times.
 */
export function encodeEvents(
  entries: readonly Readonly<Record<string, number>>[],
  wallTime: number,
): Uint8Array {
  const time = [1 << 3 | 1, ...littleEndian(8, (view) => view.setFloat64(0, wallTime, true))];
  const events = entries.map(({ step, ...figures }) => {
    const values = Object.entries(figures).flatMap(([name, value]) =>
      field(1, [
        ...field(1, utf8(tagOf(name))),
        2 << 3 | 5, // simple_value
        ...littleEndian(4, (view) => view.setFloat32(0, value, true)),
      ])
    );
    return [...time, 2 << 3, ...varint(step), ...field(5, values)]; // wall_time, step, summary
  });
  const version = [...time, ...field(3, utf8("brain.Event:2"))];
  return Uint8Array.from([version, ...events].flatMap(record));
}

function tagOf(name: string): string {
  return name.startsWith("eval_") ? `eval/${name.slice("eval_".length)}` : `train/${name}`;
}

/** A TFRecord: length, its checksum, the message, its checksum. */
function record(message: readonly number[]): number[] {
  const length = littleEndian(8, (view) => view.setUint32(0, message.length, true));
  return [...length, ...maskedCrc(length), ...message, ...maskedCrc(message)];
}

/** Turned and shifted, because checksums of data that holds checksums are weak; tensorflow/core/lib/hash/crc32c.h */
function maskedCrc(bytes: ArrayLike<number>): Uint8Array {
  const crc = crc32c(Uint8Array.from(bytes));
  return littleEndian(4, (view) => view.setUint32(0, (crc >>> 15 | crc << 17) + 0xa282ead8, true));
}

/** A field of a protocol buffer that holds bytes, a text, or another message. */
function field(number: number, content: readonly number[]): number[] {
  return [number << 3 | 2, ...varint(content.length), ...content];
}

/** Seven bits a byte, the lowest first; all but the last byte have the high bit set. */
function varint(value: number): number[] {
  return value < 0x80 ? [value] : [value % 0x80 | 0x80, ...varint(Math.floor(value / 0x80))];
}

function littleEndian(size: number, write: (view: DataView) => void): Uint8Array {
  const bytes = new Uint8Array(size);
  write(new DataView(bytes.buffer));
  return bytes;
}

function utf8(text: string): number[] {
  return [...new TextEncoder().encode(text)];
}
