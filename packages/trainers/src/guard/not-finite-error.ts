/** Training met a number that is not finite, and ended. The message names the step and, where one is to blame, the variable. */
export class NotFiniteError extends Error {
  override readonly name = 'NotFiniteError';

  /**
   * @param step The update, counted from 1 over all calls of `fit`.
   * @param variable The first whose value or gradient is not finite; undefined where only the loss is not.
   * @param got NaN, Infinity or -Infinity.
   * @param isUpdated Whether the update of that step was made. If not, the weights are those from before it.
   */
  constructor(
    readonly step: number,
    readonly variable: string | undefined,
    readonly got: number,
    readonly isUpdated: boolean,
    expected: string,
    remedy: string,
  ) {
    super(`fit: expected ${expected} at step ${step}, got ${got}. ${remedy}`);
  }
}
