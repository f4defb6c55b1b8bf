import type { Column } from '../columns/column';
import { countOf } from '../count-of';
import { DatasetError } from '../dataset-error';
import type { IdxType } from '../idx/idx';
import { type IdxHeader, readIdxHeader } from '../idx/idx-header';
import { type DiskFile, diskFile, readDiskFile } from './disk-file';
import { FileColumn } from './file-column';
import type { FileColumnOptions, RawFileColumnOptions } from './file-columns';
import { type NumberTypeName, numberTypes } from './number-types';

const typeOfIdx: Readonly<Record<IdxType, NumberTypeName>> = {
  ubyte: 'uint8',
  byte: 'int8',
  short: 'int16',
  int: 'int32',
  float: 'float32',
  double: 'float64',
};

/** See `idxFileColumn`. */
export function openIdxFile(path: string, options: FileColumnOptions): Column {
  const file = diskFile(path);
  const { type, shape, headerLength } = headerOf(file);
  const [size, ...exampleShape] = shape;
  if (size === undefined) {
    throw new DatasetError({ where: path, expected: 'examples, along a first dimension', got: 'no dimension' });
  }
  const raw = { type: typeOfIdx[type], shape: exampleShape, skipBytes: headerLength, bigEndian: true };
  return columnOf('idxFileColumn', file, { ...options, ...raw }, size);
}

/** See `rawFileColumn`. */
export function openRawFile(path: string, options: RawFileColumnOptions): Column {
  const where = 'rawFileColumn';
  const { type, shape, skipBytes = 0 } = options;
  if (!Object.hasOwn(numberTypes, type)) {
    const expected = `type to be one of ${Object.keys(numberTypes).join(', ')}`;
    throw new DatasetError({ where, expected, got: `${type}` });
  }
  if (!shape.every((length) => Number.isSafeInteger(length) && length > 0)) {
    const expected = 'shape to hold whole numbers from 1 up';
    throw new DatasetError({ where, expected, got: `[${shape.join(', ')}]` });
  }
  const file = diskFile(path);
  const exampleBytes = countOf(shape) * numberTypes[type].bytes;
  const size = (file.size - skipBytes) / exampleBytes;
  if (!Number.isSafeInteger(skipBytes) || skipBytes < 0 || !Number.isInteger(size) || size < 0) {
    const expected = `${skipBytes} bytes, then examples of ${exampleBytes} bytes each`;
    const remedy = 'Are type, shape and skipBytes those of the file?';
    throw new DatasetError({ where: path, expected, got: `${file.size} bytes in all`, remedy });
  }
  return columnOf(where, file, options, size);
}

function columnOf(where: string, file: DiskFile, options: RawFileColumnOptions, size: number): Column {
  const { type, shape, skipBytes = 0, bigEndian = false, divideBy = 1, values = 'float32' } = options;
  if (!(Math.abs(divideBy) > 0 && Math.abs(divideBy) < Number.POSITIVE_INFINITY)) {
    throw new DatasetError({ where, expected: 'divideBy to be a number other than 0', got: `${divideBy}` });
  }
  const layout = { type, shape, skipBytes, littleEndian: !bigEndian, divideBy };
  if (values === 'float32') {
    return new FileColumn(file, { ...layout, zeros: (length) => new Float32Array(length) }, 0, size);
  }
  if (values === 'int32' && divideBy === 1 && !type.startsWith('float')) {
    return new FileColumn(file, { ...layout, zeros: (length) => new Int32Array(length) }, 0, size);
  }
  const expected = "values to be 'float32', or 'int32' for whole numbers that are not divided";
  throw new DatasetError({ where, expected, got: `${values} of ${type}, divided by ${divideBy}` });
}

/** Throws a `DatasetError` unless the file has all the bytes that its header tells of. */
function headerOf(file: DiskFile): IdxHeader {
  const longest = new Uint8Array(Math.min(file.size, 4 + 4 * 255)); // at most 255 dimensions
  readDiskFile(file, (fill) => fill(longest, 0));
  return readIdxHeader(longest, file.size, file.path);
}
