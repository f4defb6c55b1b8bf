import { ArgumentError } from '@rnn/cells';

/** Throws unless `value` is a whole number of at least 1. */
export function checkCount(where: string, what: string, value: number): void {
  if (!Number.isSafeInteger(value) || value < 1)
    throw new ArgumentError(where, `${what} to be a positive integer`, `${value}`);
}

/** Throws unless `value` is a finite number of at least `least`. */
export function checkNumber(where: string, what: string, value: number, least = -Infinity): void {
  if (Number.isFinite(value) && value >= least) return;
  const range = least === -Infinity ? '' : ` of at least ${least}`;
  throw new ArgumentError(where, `${what} to be a finite number${range}`, `${value}`);
}

/** Throws unless `value` is above 0. */
export function checkPositive(where: string, what: string, value: number): void {
  if (!(Number.isFinite(value) && value > 0))
    throw new ArgumentError(where, `${what} to be a finite number above 0`, `${value}`);
}

/** Throws unless `value` lies in [0, 1). */
export function checkDecay(where: string, what: string, value: number): void {
  if (!(value >= 0 && value < 1)) throw new ArgumentError(where, `${what} to be at least 0 and below 1`, `${value}`);
}

/** Throws unless `value` is one of the words. */
export function checkChoice(where: string, what: string, value: string, choices: readonly string[]): void {
  if (!choices.includes(value))
    throw new ArgumentError(where, `${what} to be one of ${choices.join(', ')}`, `'${value}'`);
}
