import { InvalidArgumentError } from 'commander';

/** For counts: what an int32 holds. */
const largestCount = 2 ** 31 - 1;

/** A flag's text as an integer. Throws `InvalidArgumentError`, which commander prints. */
export function integer(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isSafeInteger(value)) throw new InvalidArgumentError('It must be an integer.');
  return value;
}

/** For a flag whose value is an integer from 1 to `most`. */
export function positiveInteger(most: number = largestCount): (text: string) => number {
  return (text) => {
    const value = integer(text);
    if (value < 1) throw new InvalidArgumentError('It must be at least 1.');
    if (value > most) throw new InvalidArgumentError(`It must be at most ${most.toLocaleString('en')}.`);
    return value;
  };
}

export function positiveNumber(text: string): number {
  const value = Number(text);
  if (!(value > 0 && Number.isFinite(value))) throw new InvalidArgumentError('It must be a number above 0.');
  return value;
}
