import { safetensors } from '@jax-js/loaders';
import { expect, test } from 'vitest';
import type { SavedTensors } from '../state/saved-tensors';
import { decodeSafetensors, encodeSafetensors } from './safetensors';

const tensors: SavedTensors = new Map([
  ['dense/kernel', { shape: [2, 3], values: new Float32Array([1, -0, 2 ** -149, 3.5, Number.NaN, -Infinity]) }],
  ['counts', { shape: [3], values: new Int32Array([0, -1, 2 ** 31 - 1]) }],
  ['nothing', { shape: [0, 4], values: new Float32Array() }],
  ['names in any language ⊙ "quoted"', { shape: [], values: new Float32Array([0.1]) }],
]);
const metadata = { format: 'test', text: 'a "quoted" line\nand ⊙' };
const bytes = encodeSafetensors({ tensors, metadata });

/** A file with this header, and so many bytes of values. */
function fileOf(header: unknown, valueBytes: number): Uint8Array {
  const text = new TextEncoder().encode(typeof header === 'string' ? header : JSON.stringify(header));
  const file = new Uint8Array(8 + text.length + valueBytes);
  new DataView(file.buffer).setBigUint64(0, BigInt(text.length), true);
  file.set(text, 8);
  return file;
}

test('what is written is read again to the bit, wherever it lies in memory', () => {
  expect(decodeSafetensors(bytes)).toEqual({ tensors, metadata });
  const shifted = new Uint8Array(bytes.length + 3);
  shifted.set(bytes, 3);
  for (const other of [shifted.subarray(3), Buffer.from(shifted).subarray(3)])
    expect(decodeSafetensors(other)).toEqual({ tensors, metadata });
  expect(Object.is(decodeSafetensors(bytes).tensors.get('dense/kernel')?.values[1], -0)).toBe(true);
});

test('another library reads the same out of it', () => {
  const { tensors: read, metadata: texts } = safetensors.parse(bytes);
  expect(texts).toEqual(metadata);
  expect(Object.keys(read)).toEqual([...tensors.keys()]);
  for (const [name, { shape, values }] of tensors) {
    const dtype = values instanceof Int32Array ? 'I32' : 'F32';
    expect(read[name]).toEqual({ dtype, shape, data: values });
  }
});

test('the values begin at a multiple of eight bytes, so that a reader need not copy them', () => {
  for (const name of ['a', 'ab', 'abc', 'abcdefgh']) {
    const file = encodeSafetensors({
      tensors: new Map([[name, { shape: [], values: new Float32Array([1]) }]]),
      metadata,
    });
    expect((file.length - 4) % 8).toBe(0);
  }
});

test('a file of others is read, its entries in any order, without metadata', () => {
  const file = fileOf(
    {
      b: { dtype: 'I32', shape: [1], data_offsets: [8, 12] },
      a: { dtype: 'F32', shape: [2], data_offsets: [0, 8] },
    },
    12,
  );
  new DataView(file.buffer).setFloat32(file.length - 12, 1.5, true);
  new DataView(file.buffer).setInt32(file.length - 4, 7, true);
  expect(decodeSafetensors(file)).toEqual({
    tensors: new Map([
      ['a', { shape: [2], values: new Float32Array([1.5, 0]) }],
      ['b', { shape: [1], values: new Int32Array([7]) }],
    ]),
    metadata: {},
  });
});

const entry = { dtype: 'F32', shape: [2], data_offsets: [0, 8] };
test.each<[string, Uint8Array]>([
  ['a file of 3 bytes', new Uint8Array(3)],
  ['a file that ends within its header', bytes.subarray(0, 40)],
  ['a file whose header is no JSON object', fileOf('{"a": ', 0)],
  ['a file whose header is no JSON object', fileOf('7', 0)],
  ['a file that ends within names in any language ⊙ "quoted"', bytes.subarray(0, bytes.length - 1)],
  ['a file that goes on after its last tensor', fileOf({ a: entry }, 9)],
  ['a header that tells no type, shape and place of a', fileOf({ a: null }, 0)],
  ['a header that tells no type, shape and place of a', fileOf({ a: { ...entry, dtype: 'BF16' } }, 8)],
  ['a header that tells no type, shape and place of a', fileOf({ a: { ...entry, shape: [-2] } }, 8)],
  ['a header that tells no type, shape and place of a', fileOf({ a: { ...entry, data_offsets: [0] } }, 8)],
  ['a header that puts a where it does not fit', fileOf({ a: { ...entry, data_offsets: [0, 4] } }, 8)],
  ['a header that puts a where it does not fit', fileOf({ a: { ...entry, data_offsets: [4, 12] } }, 12)],
  ['a header that puts b where it does not fit', fileOf({ a: entry, b: entry }, 8)],
])('%s is told', (text, file) => {
  expect(() => decodeSafetensors(file)).toThrow(text);
});
