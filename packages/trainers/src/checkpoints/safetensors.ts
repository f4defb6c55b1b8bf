import type { SavedTensor, SavedTensors } from '../state/saved-tensors';

/** What a safetensors file holds: tensors by name, and texts by name. */
export interface Safetensors {
  readonly tensors: SavedTensors;
  readonly metadata: Readonly<Record<string, string>>;
}

/** Bytes that are no safetensors file. */
export class SafetensorsError extends Error {
  override readonly name = 'SafetensorsError';
}

/** One tensor as the header tells of it. */
interface Entry {
  readonly dtype: 'F32' | 'I32';
  readonly shape: readonly number[];
  /** Of its first byte and the one after its last, from the end of the header. */
  readonly data_offsets: readonly [number, number];
}

/** Of the header's length, which comes first. */
const lengthBytes = 8;
/** Of a value, of both types. */
const valueBytes = 4;

/**
 * The bytes of a safetensors file (https://huggingface.co/docs/safetensors): the length of the header as a 64-bit integer, the header as JSON, padded
 * with spaces to a multiple of eight, the values row-major. All is little-endian, as every machine is that runs JavaScript.
 */
export function encodeSafetensors({ tensors, metadata }: Safetensors): Uint8Array<ArrayBuffer> {
  const header: Record<string, Entry | Safetensors['metadata']> = { __metadata__: metadata };
  let end = 0;
  for (const [name, { shape, values }] of tensors) {
    const dtype = values instanceof Int32Array ? 'I32' : 'F32';
    header[name] = { dtype, shape, data_offsets: [end, end + values.byteLength] };
    end += values.byteLength;
  }
  const text = new TextEncoder().encode(JSON.stringify(header));
  const headerLength = Math.ceil(text.length / lengthBytes) * lengthBytes;
  const bytes = new Uint8Array(lengthBytes + headerLength + end);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(headerLength), true);
  bytes.fill(' '.charCodeAt(0), lengthBytes, lengthBytes + headerLength);
  bytes.set(text, lengthBytes);
  let at = lengthBytes + headerLength;
  for (const { values } of tensors.values()) {
    bytes.set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength), at);
    at += values.byteLength;
  }
  return bytes;
}

/** Reads such a file. Throws `SafetensorsError`, with what it is in place of one, for anything else and for other types than float32 and int32. */
export function decodeSafetensors(bytes: Uint8Array): Safetensors {
  const { header, dataBegin } = readHeader(bytes);
  const { __metadata__: metadata = {}, ...entries } = header as Record<string, unknown>;
  const tensors = new Map<string, SavedTensor>();
  let end = 0;
  for (const [name, { dtype, shape, data_offsets: offsets }] of inOrder(entries)) {
    const size = shape.reduce((product, n) => product * n, valueBytes);
    if (offsets[0] !== end || offsets[1] !== end + size)
      throw new SafetensorsError(`a header that puts ${name} where it does not fit`);
    const begin = dataBegin + end;
    end += size;
    if (dataBegin + end > bytes.length) throw new SafetensorsError(`a file that ends within ${name}`);
    // A copy, so that the values begin where their type may. A Buffer's own slice is none.
    const values = new Uint8Array(bytes.subarray(begin, begin + size)).buffer;
    tensors.set(name, { shape, values: dtype === 'I32' ? new Int32Array(values) : new Float32Array(values) });
  }
  if (dataBegin + end !== bytes.length) throw new SafetensorsError('a file that goes on after its last tensor');
  return { tensors, metadata: metadata as Safetensors['metadata'] };
}

function readHeader(bytes: Uint8Array): { header: object; dataBegin: number } {
  if (bytes.length < lengthBytes) throw new SafetensorsError(`a file of ${bytes.length} bytes`);
  const length = new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true);
  if (length > BigInt(bytes.length - lengthBytes)) throw new SafetensorsError('a file that ends within its header');
  const dataBegin = lengthBytes + Number(length);
  try {
    const header: unknown = JSON.parse(new TextDecoder().decode(bytes.subarray(lengthBytes, dataBegin)));
    if (typeof header === 'object' && header !== null) return { header, dataBegin };
  } catch {}
  throw new SafetensorsError('a file whose header is no JSON object');
}

/** The entries as their values lie in the file. */
function inOrder(entries: Readonly<Record<string, unknown>>): [string, Entry][] {
  return Object.entries(entries)
    .map(([name, entry]): [string, Entry] => {
      if (isEntry(entry)) return [name, entry];
      throw new SafetensorsError(`a header that tells no type, shape and place of ${name}`);
    })
    .sort(([, { data_offsets: a }], [, { data_offsets: b }]) => a[0] - b[0] || a[1] - b[1]);
}

function isEntry(entry: unknown): entry is Entry {
  const { dtype, shape, data_offsets: offsets } = (entry ?? {}) as Partial<Entry>;
  const areCounts = (list: unknown): boolean =>
    Array.isArray(list) && list.every((n) => Number.isSafeInteger(n) && n >= 0);
  return (dtype === 'F32' || dtype === 'I32') && areCounts(shape) && areCounts(offsets) && offsets?.length === 2;
}
