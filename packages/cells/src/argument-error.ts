/**
 * A value that a caller passed does not fit. The message reads `where: expected …, got …. remedy`, and each part is a field, so that a
 * program can tell bad input from a failure of its own.
 */
export class ArgumentError extends Error {
  override readonly name = 'ArgumentError';

  constructor(
    readonly where: string,
    readonly expected: string,
    readonly got: string,
    readonly remedy?: string,
  ) {
    super(`${where}: expected ${expected}, got ${got}${remedy === undefined ? '' : `. ${remedy}`}`);
  }
}
