import type { Column } from '../columns/column';
import { countOf } from '../count-of';
import { type DiskFile, readDiskFile } from './disk-file';
import { type NumberTypeName, numberTypes } from './number-types';

/** Where the numbers of a file lie, and what becomes of them. */
export interface FileLayout<Values extends Float32Array | Int32Array> {
  readonly type: NumberTypeName;
  readonly littleEndian: boolean;
  /** Bytes before the first example. */
  readonly skipBytes: number;
  /** Of one example. */
  readonly shape: readonly number[];
  readonly divideBy: number;
  /** An array of zeros to give out. */
  readonly zeros: (length: number) => Values;
}

/** Examples of one size that stay in a file; `gather` reads those asked for, neighbours in one go. */
export class FileColumn<Values extends Float32Array | Int32Array> implements Column<Values> {
  readonly shape: readonly number[];

  constructor(
    private readonly file: DiskFile,
    private readonly layout: FileLayout<Values>,
    private readonly first: number,
    readonly size: number,
  ) {
    this.shape = layout.shape;
  }

  gather(rows: Uint32Array): Values {
    const { type, littleEndian, skipBytes, shape, divideBy, zeros } = this.layout;
    const { bytes, read } = numberTypes[type];
    const rowLength = countOf(shape);
    const gathered = zeros(rows.length * rowLength);
    const buffer = new Uint8Array(rows.length * rowLength * bytes);
    readDiskFile(this.file, (fill) => {
      for (let begin = 0; begin < rows.length; ) {
        const row = rows[begin] as number;
        let end = begin + 1;
        while (end < rows.length && rows[end] === row + end - begin) end++;
        const rowBytes = rowLength * bytes;
        fill(buffer.subarray(begin * rowBytes, end * rowBytes), skipBytes + (this.first + row) * rowBytes);
        begin = end;
      }
    });
    const view = new DataView(buffer.buffer);
    for (let i = 0; i < gathered.length; i++) gathered[i] = read(view, i * bytes, littleEndian) / divideBy;
    return gathered;
  }

  slice(begin: number, end: number): Column<Values> {
    return fileColumn(this.file, this.layout, this.first + begin, end - begin);
  }
}

// Outside of the class: a class that names itself is renamed by the bundler.
const fileColumn = <Values extends Float32Array | Int32Array>(
  file: DiskFile,
  layout: FileLayout<Values>,
  first: number,
  size: number,
): Column<Values> => new FileColumn(file, layout, first, size);
