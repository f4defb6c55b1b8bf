import { readdir, stat } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { DatasetError } from '../dataset-error';
import { errorReason } from '../error-reason';

export interface CsvFile {
  readonly path: string;
  /** What it is called in its folder, with the folders between: `walk/a.csv`. */
  readonly name: string;
}

/** All files of a folder and the folders in it whose names end in `.csv`, by name; `undefined` where `path` is no folder. */
export async function csvFilesIn(path: string): Promise<readonly CsvFile[] | undefined> {
  try {
    if (!(await stat(path)).isDirectory()) return undefined;
    const names = (await readdir(path, { recursive: true })).filter((name) => /\.csv$/i.test(name));
    if (names.length > 0) {
      return names.sort(byCodeUnit).map((name) => ({ path: join(path, name), name: name.split(sep).join('/') }));
    }
  } catch (error) {
    const expected = 'a CSV file or a folder of them';
    throw new DatasetError({ where: path, expected, got: errorReason(error), remedy: 'Is the path right?' });
  }
  throw new DatasetError({ where: path, expected: 'files that end in .csv', got: 'none' });
}

const byCodeUnit = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0); // the same everywhere, whatever the language
