import type { Column } from '../columns/column';
import type { NumberTypeName } from './number-types';

export interface FileColumnOptions<ValuesType extends 'float32' | 'int32' = 'float32' | 'int32'> {
  /** What batches hold; `'int32'` is for class numbers, of a file of integers. Default: `'float32'`. */
  readonly values?: ValuesType;
  /** Each number is divided by it: 255 makes bytes 0 to 1. Default: 1. */
  readonly divideBy?: number | undefined;
}

export interface RawFileColumnOptions<ValuesType extends 'float32' | 'int32' = 'float32' | 'int32'>
  extends FileColumnOptions<ValuesType> {
  /** Of the numbers in the file. */
  readonly type: NumberTypeName;
  /** Of one example: `[T, D]`. */
  readonly shape: readonly number[];
  /** Bytes before the first example. Default: 0. */
  readonly skipBytes?: number | undefined;
  /** Whether a number's most significant byte comes first. Default: false. */
  readonly bigEndian?: boolean | undefined;
}

/**
 * A column for a `Dataset` that stays in an IDX file `[N, ...shape]`, uncompressed, of any size: a batch reads its own examples, a
 * validation set or a shuffle takes no more memory. The file is open only while a batch is read. Runs in Node alone.
 *
 *     const images = await idxFileColumn('train-images-idx3-ubyte', { divideBy: 255 });
 *     const labels = await idxFileColumn('train-labels-idx1-ubyte', { values: 'int32' });
 *     new Dataset(images, labels).nextBatch(128);              // inputs [128, 28, 28], targets [128]
 *
 * Throws a `DatasetError` for a file that is none or lacks bytes; a batch throws one when the file has vanished or changed since.
 */
export function idxFileColumn(path: string, options?: FileColumnOptions<'float32'>): Promise<Column<Float32Array>>;
export function idxFileColumn(path: string, options: FileColumnOptions<'int32'>): Promise<Column<Int32Array>>;
export async function idxFileColumn(path: string, options: FileColumnOptions = {}): Promise<Column> {
  const { openIdxFile } = await import('./open-file-column'); // kept out of what a browser loads
  return openIdxFile(path, options);
}

/**
 * The same for a file of numbers of one type and nothing else, row-major `[N, ...shape]`, as `ndarray.tofile` or a typed array's bytes
 * make; N follows from its size.
 *
 *     const readings = await rawFileColumn('readings.f32', { type: 'float32', shape: [100, 3] });
 */
export function rawFileColumn(path: string, options: RawFileColumnOptions<'float32'>): Promise<Column<Float32Array>>;
export function rawFileColumn(path: string, options: RawFileColumnOptions<'int32'>): Promise<Column<Int32Array>>;
export async function rawFileColumn(path: string, options: RawFileColumnOptions): Promise<Column> {
  const { openRawFile } = await import('./open-file-column');
  return openRawFile(path, options);
}
