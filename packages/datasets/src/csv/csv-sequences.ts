import type { Dataset, DatasetOptions } from '../dataset';

export interface CsvSequencesOptions extends DatasetOptions {
  /**
   * What a sequence's target is: the class named in a column, the numbers in a list of columns, or the class that a regular expression finds in
   * the file's name, its folders included, as its first group: `/^([^/]+)\//` takes the folder. Columns hold the same in all rows of a
   * sequence.
   */
  readonly target: string | readonly string[] | RegExp;
  /** A CSV that holds the columns of `target`, a row a sequence, whose first column names it: a file `walk/a.csv`, or an id. Default: none. */
  readonly targetFile?: string | undefined;
  /** Of one file: the column that tells its sequences apart; the rows of one are in order of time. Without it each file is a sequence. */
  readonly id?: string | undefined;
  /** The columns that make up a step, in this order. Default: all but those of `id` and `target`. */
  readonly inputs?: readonly string[] | undefined;
  /** The names of the columns, for files whose first line is data already. Default: the first line has them. */
  readonly columns?: readonly string[] | undefined;
  /** What stands between cells. Default: a comma. */
  readonly delimiter?: string | undefined;
  /** The names of the classes in order of their numbers. Default: those found, by number if all are numbers, else by alphabet. */
  readonly classes?: readonly string[] | undefined;
  /** Of classes: `'one-hot'`, targets `[C]`, or `'integer'`, targets `[]`. Default: `'one-hot'`. */
  readonly labels?: 'one-hot' | 'integer' | undefined;
  /** T; zeros follow the last step of shorter sequences. Default: the length of the longest. */
  readonly length?: number | undefined;
  /** How many sequences are kept for validation and testing. Which ones depends on the number of sequences alone. Default: 0 each. */
  readonly validationSize?: number | undefined;
  readonly testSize?: number | undefined;
  /** Whether inputs stay on the disk and each batch reads its own, for sets beyond memory. Default: false. */
  readonly stream?: boolean | undefined;
}

export interface CsvSequences {
  readonly train: Dataset;
  readonly validation: Dataset;
  readonly test: Dataset;
  /** The columns that make up a step. */
  readonly inputs: readonly string[];
  /** The names of the classes in order of their numbers; none where targets are numbers. */
  readonly classes: readonly string[];
}

/**
 * Sequences out of CSV: a folder and those in it with a file a sequence, or one file with an `id` column; a row is a step. Inputs
 * `[T, inputs]`; targets one-hot `[C]`, class numbers `[]`, or numbers `[target.length]`. Where lengths differ, zeros fill the shorter
 * sequences up at their end and batches tell the `lengths`. Runs in Node alone.
 *
 *     // gestures/wave/1.csv, gestures/wave/2.csv, gestures/point/1.csv …, each with columns x, y, z
 *     const { train, test, classes } = await csvSequences('gestures', { target: /^([^/]+)\//, testSize: 50 });
 *     train.nextBatch(32);                                     // inputs [32, T, 3], targets [32, 2], lengths [32]
 *
 *     // one file: patient, hour, pulse, temperature, outcome
 *     await csvSequences('wards.csv', { id: 'patient', inputs: ['pulse', 'temperature'], target: 'outcome' });
 *
 * Throws a `DatasetError` that names file and line for a cell that is missing or no number, a row of another length, a target that changes
 * within a sequence; and one for a class, a column or a sequence that is not there, or a sequence longer than `length`.
 */
export async function csvSequences(path: string, options: CsvSequencesOptions): Promise<CsvSequences> {
  const { loadCsvSequences } = await import('./load-csv-sequences'); // kept out of what a browser loads
  return loadCsvSequences(path, options);
}
