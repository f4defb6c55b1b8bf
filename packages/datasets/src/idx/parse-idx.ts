import type { Idx, IdxType } from './idx';
import { readIdxHeader } from './idx-header';

/**
 * The array in an IDX file, the format of MNIST: a magic number, the size of each dimension, the elements, all big-endian.
 *
 *     const { type, shape, data } = parseIdx(bytes, 'train-images-idx3-ubyte');   // 'ubyte', [60000, 28, 28], Uint8Array
 *
 * `name` stands at the head of error messages. Data of one byte an element is a view on `bytes`, not a copy.
 */
export function parseIdx(bytes: Uint8Array, name: string): Idx {
  const { type, shape, headerLength, count } = readIdxHeader(bytes, bytes.length, name);
  return decode(type, shape, count, new DataView(bytes.buffer, bytes.byteOffset + headerLength));
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
