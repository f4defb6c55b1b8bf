/**
 * One field of every example, in whatever form it is stored: `gather` writes it out in the form that a network takes.
 * So MNIST stays one byte a pixel in memory, and only the rows of a batch are scaled to floats.
 */
export interface Column<Values extends Float32Array | Int32Array = Float32Array | Int32Array> {
  /** How many examples there are. */
  readonly size: number;
  /** The shape of one example's value, `[]` for a scalar. */
  readonly shape: readonly number[];
  /**
   * The values of these rows in this order, row-major `[rows.length, ...shape]`, in a new array. Where `into` is given, it has that many numbers
   * and may be filled in place of one.
   */
  gather(rows: Uint32Array, into?: Values): Values;
  /** Rows `begin` up to, not including, `end`, on the same memory. */
  slice(begin: number, end: number): Column<Values>;
}
