/** Ends an app with a status of its own, after its sentence is printed. */
export class ExitError extends Error {
  override readonly name = 'ExitError';

  constructor(
    readonly status: number,
    sentence: string,
  ) {
    super(sentence);
  }
}
