import { DatasetError } from '../dataset-error';
import type { Column } from './column';

/** Values kept as they will be given out. Made by `valuesColumn`. */
class ValuesColumn<Values extends Float32Array | Int32Array> implements Column<Values> {
  readonly size: number;

  constructor(
    private readonly values: Values,
    readonly shape: readonly number[],
    private readonly rowLength: number,
  ) {
    this.size = values.length / rowLength;
  }

  gather(rows: Uint32Array): Values {
    const { rowLength, values } = this;
    const gathered = emptyLike(values, rows.length * rowLength);
    rows.forEach((row, place) => {
      gathered.set(values.subarray(row * rowLength, (row + 1) * rowLength), place * rowLength);
    });
    return gathered;
  }

  slice(begin: number, end: number): Column<Values> {
    const values = this.values.subarray(begin * this.rowLength, end * this.rowLength) as Values;
    return new ValuesColumn(values, this.shape, this.rowLength);
  }
}

/** A column out of your own numbers: `values` is row-major `[N, ...shape]` and is kept, not copied. */
export function valuesColumn<Values extends Float32Array | Int32Array>(
  values: Values,
  shape: readonly number[],
): Column<Values> {
  const rowLength = shape.reduce((product, size) => product * size, 1);
  if (Number.isInteger(values.length / rowLength)) return new ValuesColumn(values, shape, rowLength);
  throw new DatasetError({
    where: 'valuesColumn',
    expected: `values to hold a multiple of ${rowLength} numbers, for shape [${shape.join(', ')}]`,
    got: `${values.length}`,
  });
}

/** Zeros of the same type; TypeScript cannot see that the constructor of a `Values` makes a `Values`. */
function emptyLike<Values extends Float32Array | Int32Array>(values: Values, length: number): Values {
  return (values instanceof Float32Array ? new Float32Array(length) : new Int32Array(length)) as Values;
}
