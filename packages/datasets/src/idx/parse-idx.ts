import { DatasetError } from '../dataset-error';
import type { Idx, IdxType } from './idx';
import { describeMagic, readMagic } from './idx-magic';

/**
 * The array in an IDX file, the format of MNIST: a magic number, the size of each dimension, the elements, all big-endian.
 *
 *     const { type, shape, data } = parseIdx(bytes, 'train-images-idx3-ubyte');   // 'ubyte', [60000, 28, 28], Uint8Array
 *
 * `name` stands at the head of error messages. Data of one byte an element is a view on `bytes`, not a copy.
 */
export function parseIdx(bytes: Uint8Array, name: string): Idx {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 4) {
    const expected = 'an IDX file, which begins with a magic number of 4 bytes';
    throw new DatasetError({ where: name, expected, got: `${bytes.length} bytes in all` });
  }
  const magic = view.getUint32(0);
  const meaning = readMagic(magic);
  if (meaning === undefined) {
    const expected = 'an IDX magic number, such as 0x00000803 (unsigned bytes, 3 dimensions)';
    throw new DatasetError({ where: name, expected, got: describeMagic(magic), remedy: 'Is this an IDX file?' });
  }
  const headerLength = 4 + 4 * meaning.dimensions;
  if (bytes.length < headerLength) {
    const expected = `a header of ${headerLength} bytes for ${describeMagic(magic)}`;
    const got = `${bytes.length} bytes in all`;
    throw new DatasetError({ where: name, expected, got, remedy: 'The file is truncated, fetch it again.' });
  }
  const shape = Array.from({ length: meaning.dimensions }, (_, i) => view.getUint32(4 + 4 * i));
  const count = shape.reduce((product, size) => product * size, 1);
  const length = headerLength + count * meaning.bytes;
  if (bytes.length !== length) {
    const expected = `${length} bytes (a header of ${headerLength}, then ${shape.join(' x ')} ${meaning.words})`;
    const remedy =
      bytes.length < length
        ? 'The file is truncated, fetch it again.'
        : 'Bytes stand after its end, or its count is wrong: fetch it again.';
    throw new DatasetError({ where: name, expected, got: `${bytes.length}`, remedy });
  }
  return decode(meaning.type, shape, count, new DataView(view.buffer, view.byteOffset + headerLength));
}

/** Element by element, since a file need not lie on a multiple of its element's size, nor this machine be big-endian. */
function decode(type: IdxType, shape: readonly number[], length: number, view: DataView): Idx {
  switch (type) {
    case 'ubyte':
      return { type, shape, data: new Uint8Array(view.buffer, view.byteOffset, length) };
    case 'byte':
      return { type, shape, data: new Int8Array(view.buffer, view.byteOffset, length) };
    case 'short':
      return { type, shape, data: Int16Array.from({ length }, (_, i) => view.getInt16(2 * i)) };
    case 'int':
      return { type, shape, data: Int32Array.from({ length }, (_, i) => view.getInt32(4 * i)) };
    case 'float':
      return { type, shape, data: Float32Array.from({ length }, (_, i) => view.getFloat32(4 * i)) };
    case 'double':
      return { type, shape, data: Float64Array.from({ length }, (_, i) => view.getFloat64(8 * i)) };
  }
}
