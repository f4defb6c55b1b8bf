import { resolve } from 'node:path';
import { DatasetError } from '../dataset-error';
import { diskFile } from '../disk/disk-file';
import { type CsvColumns, csvColumns } from './csv-columns';
import { type CsvFile, csvFilesIn } from './csv-files';
import { type CsvFormat, type CsvRow, readCsvRows } from './csv-rows';
import type { CsvSequencesOptions } from './csv-sequences';
import type { FoundSequence } from './found-sequence';
import { numberIn } from './number-in';

/** Reads every cell once, so that whatever is wrong is told before training. There is at least one sequence. */
export async function findSequences(
  path: string,
  format: CsvFormat,
  options: CsvSequencesOptions,
): Promise<{ readonly sequences: readonly FoundSequence[]; readonly columns: CsvColumns }> {
  const { stream = false } = options;
  const byName = new Map<string, FoundSequence>();
  let common: CsvColumns | undefined;
  for (const { path: filePath, name } of await filesOf(path, options)) {
    const file = diskFile(filePath);
    let last: FoundSequence | undefined;
    await readCsvRows(filePath, format, (row, names) => {
      const columns = common ?? csvColumns(names, filePath, options);
      common = columns;
      if (last === undefined) checkSameNames(names, filePath, columns);
      const own = columns.id === undefined ? name : idIn(row, columns.id, columns);
      const target = columns.targetPlaces.map((place) => row.cells[place] as string);
      let sequence = byName.get(own);
      if (sequence === undefined) {
        sequence = { name: own, file, begin: row.begin, end: row.end, where: row.where, target, steps: 0, values: [] };
        byName.set(own, sequence);
      } else {
        if (stream && sequence !== last) refuseApart(row, own);
        checkSameTarget(row, sequence, target, columns);
      }
      const values = columns.inputPlaces.map((place, i) =>
        numberIn(row.cells[place] as string, row.where, columns.inputs[i] as string),
      );
      if (!stream) sequence.values.push(...values);
      sequence.steps++;
      sequence.end = row.end;
      last = sequence;
    });
    if (last === undefined) throw new DatasetError({ where: filePath, expected: 'a row of data', got: 'none' });
  }
  return { sequences: [...byName.values()], columns: common as unknown as CsvColumns }; // set by the first row
}

async function filesOf(path: string, { id, targetFile }: CsvSequencesOptions): Promise<readonly CsvFile[]> {
  const found = await csvFilesIn(path);
  const remedy = 'A folder has a file a sequence, one file has an id column.';
  if (found !== undefined && id !== undefined) {
    throw new DatasetError({ where: path, expected: 'one file with the option id', got: 'a folder', remedy });
  }
  if (found === undefined && id === undefined) {
    throw new DatasetError({ where: path, expected: 'the option id with one file', got: 'none', remedy });
  }
  if (found === undefined) return [{ path, name: path }];
  const files = found.filter((file) => targetFile === undefined || resolve(file.path) !== resolve(targetFile));
  if (files.length > 0) return files;
  throw new DatasetError({ where: path, expected: 'files besides targetFile', got: 'none' });
}

function idIn({ cells, where }: CsvRow, place: number, { all }: CsvColumns): string {
  const id = cells[place] as string;
  if (id !== '') return id;
  throw new DatasetError({ where, expected: `a value in column ${all[place]}`, got: 'nothing' });
}

function checkSameNames(names: readonly string[], path: string, common: CsvColumns): void {
  if (names.join('\n') === common.all.join('\n')) return;
  const expected = `the columns of ${common.path}, ${common.all.join(', ')}`;
  throw new DatasetError({ where: path, expected, got: names.join(', ') });
}

function checkSameTarget(
  { where }: CsvRow,
  sequence: FoundSequence,
  target: readonly string[],
  { targets }: CsvColumns,
): void {
  const other = target.findIndex((cell, i) => cell !== sequence.target[i]);
  if (other === -1) return;
  const expected = `${targets[other]} to be '${sequence.target[other]}' in all rows of sequence ${sequence.name}`;
  throw new DatasetError({ where, expected, got: `'${target[other]}'` });
}

function refuseApart({ where }: CsvRow, name: string): never {
  throw new DatasetError({
    where,
    expected: `the rows of sequence ${name} to stand together, since they are read from the disk`,
    got: 'one after those of another sequence',
    remedy: 'Sort the file, or leave stream out.',
  });
}
