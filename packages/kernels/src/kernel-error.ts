/** An argument of a sequence operation that does not fit, or a kernel that is not there. Reads `where: expected …, got …. remedy`. */
export class KernelError extends Error {
  override readonly name = 'KernelError';

  constructor(
    readonly where: string,
    readonly expected: string,
    readonly got: string,
    readonly remedy?: string,
  ) {
    super(`${where}: expected ${expected}, got ${got}${remedy === undefined ? '' : `. ${remedy}`}`);
  }
}
