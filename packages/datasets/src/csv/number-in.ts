import { DatasetError } from '../dataset-error';

/** The number that a cell holds, as float32 can hold it. Nothing, or anything else, is a `DatasetError` at `where`. */
export function numberIn(cell: string, where: string, column: string): number {
  const value = Math.fround(cell === '' ? Number.NaN : Number(cell));
  if (Number.isFinite(value)) return value;
  const got = cell === '' ? 'nothing' : `'${cell}'`;
  const remedy = 'Fill it in, leave the row out, or name other columns.';
  throw new DatasetError({ where, expected: `a number in column ${column}`, got, remedy });
}
