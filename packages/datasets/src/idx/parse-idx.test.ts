import { expect, test } from 'vitest';
import { saying } from '../dataset-error.fixture';
import { idxBytes } from './idx-bytes.fixture';
import { parseIdx } from './parse-idx';

test.each([
  [0x0802, [2, 3], [0, 1, 2, 253, 254, 255], 'ubyte', Uint8Array.of(0, 1, 2, 253, 254, 255)],
  [0x0901, [3], [0x00, 0x7f, 0x80], 'byte', Int8Array.of(0, 127, -128)],
  [0x0b01, [2], [0x01, 0x02, 0xff, 0xfe], 'short', Int16Array.of(258, -2)],
  [0x0c01, [2], [0x01, 0x02, 0x03, 0x04, 0xff, 0xff, 0xff, 0xfe], 'int', Int32Array.of(16909060, -2)],
  [0x0d01, [2], [0x3f, 0xc0, 0, 0, 0xc0, 0x49, 0x0f, 0xdb], 'float', Float32Array.of(1.5, -Math.PI)],
  [0x0e01, [1], [0x40, 0x09, 0x21, 0xfb, 0x54, 0x44, 0x2d, 0x18], 'double', Float64Array.of(Math.PI)],
])('reads type %#: %s', (magic, shape, elements, type, data) => {
  expect(parseIdx(idxBytes(magic, shape, elements), 'file')).toEqual({ type, shape, data });
});

test('reads a file that begins anywhere in a buffer', () => {
  const file = idxBytes(0x0d01, [1], [0x3f, 0xc0, 0, 0]);
  const buffer = new Uint8Array(file.length + 5);
  buffer.set(file, 3);
  expect(parseIdx(buffer.subarray(3, 3 + file.length), 'file').data).toEqual(Float32Array.of(1.5));
});

test('bytes are not copied', () => {
  const file = idxBytes(0x0801, [2], [5, 6]);
  expect(parseIdx(file, 'file').data.buffer).toBe(file.buffer);
});

test('a file may hold nothing, in any number of dimensions', () => {
  expect(parseIdx(idxBytes(0x0803, [0, 28, 28], []), 'file')).toMatchObject({
    shape: [0, 28, 28],
    data: new Uint8Array(),
  });
  expect(parseIdx(idxBytes(0x0800, [], [9]), 'file')).toMatchObject({ shape: [], data: Uint8Array.of(9) });
});

test.each([
  [[], 'digits: expected an IDX file, which begins with a magic number of 4 bytes, got 0 bytes in all'],
  [
    [0x1f, 0x8b, 8, 8],
    'digits: expected an IDX magic number, such as 0x00000803 (unsigned bytes, 3 dimensions), got 0x1f8b0808. Is this an IDX file?',
  ],
  [
    [0, 0, 8, 3, 0, 0, 0, 1],
    'digits: expected a header of 16 bytes for 0x00000803 (unsigned bytes, 3 dimensions), got 8 bytes in all. The file is truncated, fetch it again.',
  ],
  [
    idxBytes(0x0b02, [2, 3], Array<number>(11).fill(0)),
    'digits: expected 24 bytes (a header of 12, then 2 x 3 16-bit integers), got 23. The file is truncated, fetch it again.',
  ],
  [
    idxBytes(0x0803, [1, 2, 2], Array<number>(5).fill(0)),
    'digits: expected 20 bytes (a header of 16, then 1 x 2 x 2 unsigned bytes), got 21. Bytes stand after its end, or its count is wrong: fetch it again.',
  ],
])('says what is wrong with a file: %#', (bytes, message) => {
  expect(() => parseIdx(Uint8Array.from(bytes), 'digits')).toThrow(saying(message));
});
