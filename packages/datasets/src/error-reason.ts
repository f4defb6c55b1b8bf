/** Why something failed, in a few words: an error's system code, or the message of what lies at its root. */
export function errorReason(error: unknown): string {
  if (!(error instanceof Error)) return `${error}`;
  if ('code' in error && typeof error.code === 'string' && /^E[A-Z]+$/.test(error.code)) return error.code;
  return error.cause === undefined ? error.message : errorReason(error.cause);
}
