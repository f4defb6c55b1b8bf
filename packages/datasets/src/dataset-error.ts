/** What a `DatasetError` tells, in the order its message tells it. */
export interface DatasetErrorFields {
  /** The file, folder, function or option at fault. */
  readonly where: string;
  readonly expected: string;
  readonly got: string;
  /** What the reader can do about it. */
  readonly remedy?: string | undefined;
}

/** Bad data or bad arguments, as one sentence: `where: expected …, got …. remedy`. The parts are fields too. */
export class DatasetError extends Error implements DatasetErrorFields {
  override readonly name = 'DatasetError';
  readonly where: string;
  readonly expected: string;
  readonly got: string;
  readonly remedy: string | undefined;

  constructor({ where, expected, got, remedy }: DatasetErrorFields) {
    super(`${where}: expected ${expected}, got ${got}${remedy === undefined ? '' : `. ${remedy}`}`);
    this.where = where;
    this.expected = expected;
    this.got = got;
    this.remedy = remedy;
  }
}
