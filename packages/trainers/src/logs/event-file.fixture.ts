import { readFile } from 'node:fs/promises';
import { parse } from 'protobufjs';

/** What this needs of TensorFlow's `event.proto` and `summary.proto`, with its names and numbers. */
const schema = `
  syntax = "proto3";
  message SessionLog { enum SessionStatus { STATUS_UNSPECIFIED = 0; START = 1; STOP = 2; CHECKPOINT = 3; } SessionStatus status = 1; }
  message Value { string tag = 1; oneof value { float simple_value = 2; } }
  message Summary { repeated Value value = 1; }
  message Event {
    double wall_time = 1;
    int64 step = 2;
    oneof what { string file_version = 3; Summary summary = 5; SessionLog session_log = 7; }
  }`;
const event = parse(schema, { keepCase: true }).root.lookupType('Event');

export interface ReadEvent {
  readonly wall_time: number;
  readonly step?: number;
  readonly file_version?: string;
  readonly summary?: { readonly value: readonly { readonly tag: string; readonly simple_value: number }[] };
  readonly session_log?: { readonly status: string };
}

/** Reads an event file with another library than it was written with; throws where a checksum is wrong or a record is not whole. */
export async function readEvents(file: string): Promise<ReadEvent[]> {
  const bytes = await readFile(file);
  const events: ReadEvent[] = [];
  for (let at = 0; at < bytes.length; ) {
    const length = Number(bytes.readBigUInt64LE(at));
    expectCrc(bytes.subarray(at, at + 8), bytes.readUInt32LE(at + 8));
    const message = bytes.subarray(at + 12, at + 12 + length);
    expectCrc(message, bytes.readUInt32LE(at + 12 + length));
    events.push(event.toObject(event.decode(message), { longs: Number, enums: String }) as ReadEvent);
    at += 16 + length;
  }
  return events;
}

function expectCrc(bytes: Uint8Array, masked: number): void {
  const rotated = BigInt.asUintN(32, BigInt(masked) - 0xa282ead8n);
  const crc = BigInt.asUintN(32, (rotated << 15n) | (rotated >> 17n));
  if (Number(crc) !== crc32c(bytes)) throw new Error('a checksum is wrong');
}

/** CRC32C by its definition, bit by bit: the remainder by the polynomial 0x1edc6f41, reflected. */
function crc32c(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0x82f63b78 : crc >>> 1;
  }
  return ~crc >>> 0;
}
