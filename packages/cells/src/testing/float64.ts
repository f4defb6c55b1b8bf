/** A row of numbers. All arithmetic of the tests' own references is float64, one row of a batch at a time. */
export type Row = readonly number[];

/** `v · matrix`, the matrix row-major with as many rows as `v` is long. */
export function product(v: Row, matrix: Row): number[] {
  const columns = matrix.length / v.length;
  const out = new Array<number>(columns).fill(0);
  for (const [k, value] of v.entries()) {
    for (let n = 0; n < columns; n++) out[n] = at(out, n) + value * at(matrix, k * columns + n);
  }
  return out;
}

/** `change` applied to the rows, number by number. */
export function each(change: (...values: number[]) => number, first: Row, ...others: Row[]): number[] {
  return first.map((value, n) => change(value, ...others.map((row) => at(row, n))));
}

/** The row cut into `count` rows of one length. */
export function cut(row: Row, count: number): number[][] {
  const size = row.length / count;
  return Array.from({ length: count }, (_, k) => row.slice(k * size, (k + 1) * size));
}

export const plus = (a: number, b: number): number => a + b;
export const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));
export const clipped = (x: number, limit: number | undefined): number =>
  limit === undefined ? x : Math.max(-limit, Math.min(limit, x));

/** Layer normalisation of a row. */
export function normalised(row: Row, gamma: Row, beta: Row): number[] {
  const mean = row.reduce(plus, 0) / row.length;
  const variance = row.reduce((total, value) => total + (value - mean) ** 2, 0) / row.length;
  return each((v, gamma, beta) => ((v - mean) / Math.sqrt(variance + 1e-12)) * gamma + beta, row, gamma, beta);
}

function at(row: Row, n: number): number {
  const value = row[n];
  if (value === undefined) throw new Error(`float64: a row of ${row.length} has no number ${n}`);
  return value;
}
