import { DatasetError } from '../dataset-error';
import { placeOf } from './csv-columns';
import { type CsvFormat, readCsvRows } from './csv-rows';
import type { CsvSequencesOptions } from './csv-sequences';
import type { FoundSequence } from './found-sequence';

/** What tells a sequence's target, as text, and where that stands. */
export interface TargetCells {
  readonly cells: readonly string[];
  readonly where: string;
}

/** Of each sequence: the cells of its own rows, those of `targetFile`, or what a regular expression finds in its name. */
export async function targetCells(
  sequences: readonly FoundSequence[],
  format: CsvFormat,
  { target, targetFile }: CsvSequencesOptions,
): Promise<readonly TargetCells[]> {
  if (target instanceof RegExp)
    return sequences.map(({ name }) => ({ cells: [classInName(name, target)], where: name }));
  if (targetFile === undefined) return sequences.map(({ target: cells, where }) => ({ cells, where }));
  const wanted = typeof target === 'string' ? [target] : target;
  const byName = new Map<string, TargetCells>();
  await readCsvRows(targetFile, { ...format, columns: undefined }, ({ cells, where }, columns) => {
    const [name = ''] = cells;
    if (byName.has(name)) {
      throw new DatasetError({ where, expected: 'one row for each sequence', got: `a second one for ${name}` });
    }
    const places = wanted.map((column) => placeOf(column, columns, targetFile));
    byName.set(name, { cells: places.map((place) => cells[place] as string), where });
  });
  return sequences.map(({ name }) => {
    const found = byName.get(name);
    if (found === undefined) throw new DatasetError({ where: targetFile, expected: `a row for ${name}`, got: 'none' });
    return found;
  });
}

function classInName(name: string, pattern: RegExp): string {
  const found = name.match(pattern)?.[1];
  if (found !== undefined) return found;
  const remedy = 'Its first group, in parentheses, is to be the class; it needs no flag g.';
  throw new DatasetError({ where: name, expected: `${pattern} to find a class in the name`, got: 'none', remedy });
}
