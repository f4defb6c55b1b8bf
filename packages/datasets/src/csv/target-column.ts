import type { Column } from '../columns/column';
import { OneHotColumn } from '../columns/one-hot-column';
import { valuesColumn } from '../columns/values-column';
import { DatasetError } from '../dataset-error';
import type { CsvSequencesOptions } from './csv-sequences';
import { numberIn } from './number-in';
import type { TargetCells } from './target-cells';

/** The targets of all sequences, and the classes where they are classes. */
export function targetColumn(
  targets: readonly TargetCells[],
  { target, classes, labels }: CsvSequencesOptions,
): { readonly column: Column; readonly classes: readonly string[] } {
  if (typeof target !== 'string' && !(target instanceof RegExp)) {
    const values = targets.flatMap(({ cells, where }) => cells.map((cell, i) => numberIn(cell, where, `${target[i]}`)));
    return { column: valuesColumn(Float32Array.from(values), [target.length]), classes: [] };
  }
  const names = classes ?? namesIn(targets);
  const numbers = Int32Array.from(targets, ({ cells: [name = ''], where }) => {
    const number = names.indexOf(name);
    if (name !== '' && number !== -1) return number;
    const expected = classes === undefined ? `a class in column ${target}` : `one of the classes ${names.join(', ')}`;
    throw new DatasetError({ where, expected, got: name === '' ? 'nothing' : `'${name}'` });
  });
  const column = labels === 'integer' ? valuesColumn(numbers, []) : new OneHotColumn(numbers, names.length);
  return { column, classes: names };
}

/** All names, each once: by number where all are numbers, else by alphabet. */
function namesIn(targets: readonly TargetCells[]): readonly string[] {
  const names = [...new Set(targets.map(({ cells }) => cells[0] as string))];
  if (names.every((name) => name !== '' && Number.isFinite(Number(name)))) {
    return names.sort((a, b) => Number(a) - Number(b));
  }
  return names.sort();
}
