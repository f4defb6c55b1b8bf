/**
 * A backend was asked for that does not exist, is not here, or does not start. The message reads `where: expected …, got …. remedy`, and
 * each part is a field.
 */
export class BackendError extends Error {
  override readonly name = 'BackendError';

  constructor(
    readonly where: string,
    readonly expected: string,
    readonly got: string,
    readonly remedy: string,
  ) {
    super(`${where}: expected ${expected}, got ${got}. ${remedy}`);
  }
}
