import type { Column } from './column';

/** Some rows of another column, in the order of `rows`. Made by `rowsColumn`. */
class RowsColumn<Values extends Float32Array | Int32Array> implements Column<Values> {
  readonly size: number;
  readonly shape: readonly number[];

  constructor(
    private readonly column: Column<Values>,
    private readonly rows: Uint32Array,
  ) {
    this.size = rows.length;
    this.shape = column.shape;
  }

  gather(rows: Uint32Array, into?: Values): Values {
    return this.column.gather(
      rows.map((row) => this.rows[row] as number),
      into,
    );
  }

  slice(begin: number, end: number): Column<Values> {
    return rowsColumn(this.column, this.rows.subarray(begin, end));
  }
}

/** The rows of `column` that `rows` names, without a copy of what they hold. */
export function rowsColumn<Values extends Float32Array | Int32Array>(
  column: Column<Values>,
  rows: Uint32Array,
): Column<Values> {
  return new RowsColumn(column, rows);
}
