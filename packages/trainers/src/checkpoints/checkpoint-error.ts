/** A checkpoint that cannot be written, or none that can be read, as one sentence: `where: expected …, got …. remedy`. The parts are fields too. */
export class CheckpointError extends Error {
  override readonly name = 'CheckpointError';

  constructor(
    readonly where: string,
    readonly expected: string,
    readonly got: string,
    readonly remedy: string,
    /** Of the operating system, where that refused: `ENOSPC`. */
    readonly code?: string,
  ) {
    super(`${where}: expected ${expected}, got ${got}. ${remedy}`);
  }
}
