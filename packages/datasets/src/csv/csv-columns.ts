import { DatasetError } from '../dataset-error';
import type { CsvSequencesOptions } from './csv-sequences';

/** Which columns of a file are what. */
export interface CsvColumns {
  /** The file they were read from, and all of their names. */
  readonly path: string;
  readonly all: readonly string[];
  /** The place of the one that tells sequences apart, if there is one. */
  readonly id: number | undefined;
  /** The columns that make up a step, and their places. */
  readonly inputs: readonly string[];
  readonly inputPlaces: readonly number[];
  /** The columns that hold the target, where it stands in the rows of the sequence, and their places. */
  readonly targets: readonly string[];
  readonly targetPlaces: readonly number[];
}

/** Throws a `DatasetError` where a column is not there, or nothing is left for a step. */
export function csvColumns(all: readonly string[], path: string, options: CsvSequencesOptions): CsvColumns {
  const { id, target, targetFile } = options;
  const elsewhere = target instanceof RegExp || targetFile !== undefined;
  const targets = elsewhere ? [] : typeof target === 'string' ? [target] : target;
  const inputs = options.inputs ?? all.filter((column) => column !== id && !targets.includes(column));
  if (inputs.length === 0) throw new DatasetError({ where: path, expected: 'a column for inputs', got: 'none' });
  const places = (names: readonly string[]) => names.map((name) => placeOf(name, all, path));
  return {
    ...{ path, all, inputs, targets, inputPlaces: places(inputs), targetPlaces: places(targets) },
    id: id === undefined ? undefined : placeOf(id, all, path),
  };
}

/** Where a column stands. */
export function placeOf(column: string, all: readonly string[], path: string): number {
  const place = all.indexOf(column);
  if (place !== -1) return place;
  throw new DatasetError({ where: path, expected: `a column ${column}`, got: all.join(', ') });
}
