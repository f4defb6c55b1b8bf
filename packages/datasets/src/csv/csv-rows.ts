import { createReadStream } from 'node:fs';
import { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { CsvError, type Options, parse } from 'csv-parse';
import { parse as parseSync } from 'csv-parse/sync';
import { DatasetError } from '../dataset-error';
import { errorReason } from '../error-reason';

/** How the cells of a file are told apart. */
export interface CsvFormat {
  /** What stands between cells. */
  readonly delimiter: string;
  /** The names of the columns, of a file whose first line is data already. */
  readonly columns: readonly string[] | undefined;
}

/** A row of a file, and where it stands. */
export interface CsvRow {
  readonly cells: readonly string[];
  /** The file and the number of its line, from 1, for errors. */
  readonly where: string;
  /** The bytes of the file from which it reaches, with empty lines before it, and to which, with the end of its line. */
  readonly begin: number;
  readonly end: number;
}

const optionsFor = ({ delimiter }: CsvFormat): Options => ({
  ...{ delimiter, bom: true, trim: true, skip_empty_lines: true, relax_column_count: true },
});

/** Goes through a file row by row, holding none. Throws a `DatasetError` where it is no CSV or its rows differ in length. */
export async function readCsvRows(
  path: string,
  format: CsvFormat,
  onRow: (row: CsvRow, columns: readonly string[]) => void,
): Promise<void> {
  let { columns } = format;
  let begin = 0;
  const onRecord: Options['on_record'] = (cells: readonly string[], { bytes, lines }) => {
    const where = `${path}, line ${lines}`;
    if (columns === undefined) columns = checkedNames(cells, path);
    else if (cells.length === columns.length) onRow({ cells, where, begin, end: bytes }, columns);
    else {
      const expected = `${columns.length} cells, one for each column`;
      throw new DatasetError({ where, expected, got: `${cells.length}` });
    }
    begin = bytes;
    return null; // nothing to pass on
  };
  const parser = parse({ ...optionsFor(format), on_record: onRecord });
  const nowhere = new Writable({ objectMode: true, write: (_row, _encoding, done) => done() });
  try {
    await pipeline(createReadStream(path), parser, nowhere);
  } catch (error) {
    if (error instanceof DatasetError) throw error;
    if (error instanceof CsvError) throw new DatasetError({ where: path, expected: 'CSV', got: error.message });
    throw new DatasetError({ where: path, expected: 'a file that can be read', got: errorReason(error) });
  }
}

/** The cells of some whole rows. */
export function parseRows(bytes: Uint8Array, format: CsvFormat): string[][] {
  return parseSync(bytes, optionsFor(format));
}

function checkedNames(names: readonly string[], path: string): readonly string[] {
  const twice = names.find((name, place) => names.indexOf(name) !== place);
  if (twice === undefined) return names;
  const remedy = 'If the first line is data, name the columns with the option columns.';
  throw new DatasetError({
    where: path,
    expected: 'columns of different names in its first line',
    got: `'${twice}' twice`,
    remedy,
  });
}
