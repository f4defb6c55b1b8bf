import { ArgumentError } from '@rnn/cells';
import { Tensor } from '@tensorflow/tfjs-core';
import { shapeText } from './shape-text';

/** How a value of any kind reads in an error. */
export function describeValue(value: unknown): string {
  if (value instanceof Tensor) return `a tensor ${shapeText(value.shape)}`;
  if (Array.isArray(value)) return 'an array';
  if (typeof value === 'string') return `'${value}'`;
  if (typeof value === 'function') return 'a function';
  return typeof value === 'object' && value !== null ? `an object of class ${value.constructor?.name}` : String(value);
}

/** Throws unless `value` can be called. */
export function checkFunction(where: string, what: string, value: unknown, remedy?: string): void {
  if (typeof value !== 'function')
    throw new ArgumentError(where, `${what} to be a function`, describeValue(value), remedy);
}

/** Throws unless `value` can be a seed here and in `@rnn/datasets`, or is left out. */
export function checkSeed(where: string, value: number | undefined): void {
  if (value === undefined || (Number.isSafeInteger(value) && value >= 0)) return;
  throw new ArgumentError(where, 'seed to be an integer from 0 to 2^53 - 1', describeValue(value));
}

/** Throws unless `value` is a whole number of at least 1. */
export function checkCount(where: string, what: string, value: number): void {
  if (!Number.isSafeInteger(value) || value < 1)
    throw new ArgumentError(where, `${what} to be a positive integer`, describeValue(value));
}

/** Throws unless `value` is a finite number of at least `least`. */
export function checkNumber(where: string, what: string, value: number, least = -Infinity): void {
  if (Number.isFinite(value) && value >= least) return;
  const range = least === -Infinity ? '' : ` of at least ${least}`;
  throw new ArgumentError(where, `${what} to be a finite number${range}`, describeValue(value));
}

/** Throws unless `value` is above 0. */
export function checkPositive(where: string, what: string, value: number): void {
  if (!(Number.isFinite(value) && value > 0))
    throw new ArgumentError(where, `${what} to be a finite number above 0`, describeValue(value));
}

/** Throws unless `value` lies in [0, 1). */
export function checkDecay(where: string, what: string, value: number): void {
  if (!(value >= 0 && value < 1))
    throw new ArgumentError(where, `${what} to be at least 0 and below 1`, describeValue(value));
}

/** Throws unless `value` is one of the words. */
export function checkChoice(where: string, what: string, value: string, choices: readonly string[]): void {
  if (!choices.includes(value))
    throw new ArgumentError(where, `${what} to be one of ${choices.join(', ')}`, describeValue(value));
}
