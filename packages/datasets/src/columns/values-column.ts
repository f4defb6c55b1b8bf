import { countOf } from '../count-of';
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

  gather(rows: Uint32Array, into?: Values): Values {
    const { rowLength, values } = this;
    const gathered = into ?? emptyLike(values, rows.length * rowLength);
    rows.forEach((row, place) => {
      gathered.set(values.subarray(row * rowLength, (row + 1) * rowLength), place * rowLength);
    });
    return gathered;
  }

  slice(begin: number, end: number): Column<Values> {
    const values = this.values.subarray(begin * this.rowLength, end * this.rowLength) as Values;
    return column(values, this.shape, this.rowLength);
  }
}

// Outside of the class: a class that names itself is renamed by the bundler.
const column = <Values extends Float32Array | Int32Array>(
  values: Values,
  shape: readonly number[],
  rowLength: number,
): Column<Values> => new ValuesColumn(values, shape, rowLength);

/** A column out of your own numbers: `values` is row-major `[N, ...shape]` and is kept, not copied. */
export function valuesColumn<Values extends Float32Array | Int32Array>(
  values: Values,
  shape: readonly number[],
): Column<Values> {
  if (!(values instanceof Float32Array || values instanceof Int32Array)) {
    throw new DatasetError({
      where: 'valuesColumn',
      expected: 'values to be a Float32Array or an Int32Array',
      got: nameOfType(values),
      remedy: 'Make one with Float32Array.from(values).',
    });
  }
  const rowLength = countOf(shape);
  if (Number.isInteger(values.length / rowLength)) return column(values, shape, rowLength);
  throw new DatasetError({
    where: 'valuesColumn',
    expected: `values to hold a multiple of ${rowLength} numbers, for shape [${shape.join(', ')}]`,
    got: `${values.length}`,
  });
}

function nameOfType(value: unknown): string {
  return typeof value === 'object' && value !== null ? (value.constructor?.name ?? 'an object') : `${value}`;
}

/** Zeros of the same type; TypeScript cannot see that the constructor of a `Values` makes a `Values`. */
function emptyLike<Values extends Float32Array | Int32Array>(values: Values, length: number): Values {
  return (values instanceof Float32Array ? new Float32Array(length) : new Int32Array(length)) as Values;
}
