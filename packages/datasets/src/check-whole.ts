import { DatasetError } from './dataset-error';

/** Throws a `DatasetError` unless `value` is a whole number of at least `least`. */
export function checkWhole(where: string, name: string, value: number, least: number): void {
  if (Number.isSafeInteger(value) && value >= least) return;
  const expected = `${name} to be a whole number from ${least} up`;
  throw new DatasetError({ where, expected, got: `${value}` });
}
