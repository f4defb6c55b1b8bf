import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import crc32c from 'crc-32/crc32c.js';

/** What an event of TensorBoard tells: what the file is, where a run that was stopped goes on, or the values of a step by their tags. */
export type EventContent =
  | { readonly fileVersion: string }
  | { readonly startsAt: number }
  | { readonly step: number; readonly values: Readonly<Record<string, number>> };

/**
 * An event as a record of a TensorBoard event file: the message `Event` of TensorFlow's `event.proto`, framed as in a TFRecord file:
 *
 *     length uint64, masked CRC32C of the length uint32, message, masked CRC32C of the message uint32        little-endian
 *
 * `wallTime` in seconds since 1970.
 */
export function eventRecord(wallTime: number, content: EventContent): Uint8Array {
  const message = eventMessage(wallTime, content);
  const record = new Uint8Array(16 + message.length);
  const view = new DataView(record.buffer);
  view.setBigUint64(0, BigInt(message.length), true);
  view.setUint32(8, maskedCrc(record.subarray(0, 8)), true);
  record.set(message, 12);
  view.setUint32(12 + message.length, maskedCrc(message), true);
  return record;
}

/** Fields by their numbers in `event.proto` and `summary.proto`. */
function eventMessage(wallTime: number, content: EventContent): Uint8Array {
  const event = new BinaryWriter().tag(1, WireType.Bit64).double(wallTime);
  if ('fileVersion' in content) return event.tag(3, WireType.LengthDelimited).string(content.fileVersion).finish();
  const step = 'step' in content ? content.step : content.startsAt;
  event.tag(2, WireType.Varint).int64(step);
  if ('startsAt' in content) {
    const sessionLog = event.tag(7, WireType.LengthDelimited).fork();
    return sessionLog.tag(1, WireType.Varint).int32(statusStart).join().finish();
  }
  const summary = event.tag(5, WireType.LengthDelimited).fork();
  for (const [tag, value] of Object.entries(content.values)) {
    summary.tag(1, WireType.LengthDelimited).fork();
    summary.tag(1, WireType.LengthDelimited).string(tag).tag(2, WireType.Bit32).float(value).join();
  }
  return summary.join().finish();
}

/** `SessionLog.START`. */
const statusStart = 1;

/** Rotated and shifted, since a CRC of data that hold their own CRC tells little. */
function maskedCrc(bytes: Uint8Array): number {
  const crc = crc32c.buf(bytes);
  return (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0;
}
