import { Tensor } from '@tensorflow/tfjs-core';
import { ArgumentError } from './argument-error';
import type { AnyRNNCell } from './cell';
import { dimsOf, type Size, shapeText } from './tensor-shape';

/** How a value of any kind reads in an error: a tensor by its shape. */
export function describeValue(value: unknown): string {
  if (value instanceof Tensor) return shapeText(value.shape);
  if (typeof value === 'string') return `'${value}'`;
  if (typeof value === 'function') return 'a function';
  if (Array.isArray(value)) return 'an array';
  return typeof value === 'object' && value !== null ? 'an object that is no tensor' : String(value);
}

/** Throws unless it `fits`; the error tells the value. */
export function checkThat(
  fits: boolean,
  where: string,
  expected: string,
  value: unknown,
  remedy?: string,
): asserts fits {
  if (!fits) throw new ArgumentError(where, expected, describeValue(value), remedy);
}

/** Throws unless `value` is a whole number of at least 1. */
export function checkCount(where: string, what: string, value: number): void {
  checkThat(Number.isInteger(value) && value >= 1, where, `${what} to be a positive integer`, value);
}

/** Throws unless `value` is a finite number. */
export function checkFinite(where: string, what: string, value: number): void {
  checkThat(Number.isFinite(value), where, `${what} to be a finite number`, value);
}

/** Throws unless a clip threshold is left out or a number above 0. */
export function checkClip(where: string, what: string, value: number | undefined): void {
  const fits = value === undefined || (typeof value === 'number' && value > 0);
  checkThat(fits, where, `${what} to be above 0, or left out`, value);
}

/** Throws unless `value` is a share that is not nothing, in (0, 1]. */
export function checkShare(where: string, what: string, value: number): void {
  checkThat(value > 0 && value <= 1, where, `${what} to be above 0 and at most 1`, value);
}

/** Throws unless `value` is a probability, in [0, 1]. */
export function checkProbability(where: string, what: string, value: number): void {
  checkThat(value >= 0 && value <= 1, where, `${what} to be from 0 to 1`, value);
}

/** Throws unless the options of these names are true, false or left out. */
export function checkFlags<O extends object>(where: string, options: O, ...names: (keyof O & string)[]): void {
  for (const name of names) {
    const value = options[name];
    checkThat(value === undefined || typeof value === 'boolean', where, `${name} to be true or false`, value);
  }
}

/** Throws unless `value` is a function. */
export function checkFunction(where: string, what: string, value: unknown): void {
  checkThat(typeof value === 'function', where, `${what} to be a function`, value);
}

/** Throws unless `inputs` is a float32 tensor `[B, size]`; `[B, D]` where no size is known. */
export function checkInputs(where: string, inputs: Tensor, size: Size | undefined): void {
  const dims = size === undefined ? ['D'] : dimsOf(size);
  const expected = shapeText(['B', ...dims]);
  checkThat(inputs instanceof Tensor, where, `inputs to be a tensor ${expected}`, inputs);
  const fits = inputs.rank === 1 + dims.length && dims.every((n, k) => n === 'D' || n === inputs.shape[1 + k]);
  checkThat(fits, where, `inputs to have shape ${expected}`, inputs);
  if (inputs.dtype !== 'float32')
    throw new ArgumentError(where, 'inputs of dtype float32', inputs.dtype, 'Cast them first.');
}

/** Throws unless `cell` has what every cell must have, a third party's too. */
export function checkCell(where: string, what: string, cell: AnyRNNCell): void {
  const expected = `${what} to be a cell, with call, stateSize and outputSize`;
  checkThat(typeof cell === 'object' && cell !== null, where, expected, cell);
  if (typeof cell.call !== 'function') throw new ArgumentError(where, expected, 'an object without call');
  const missing = (['stateSize', 'outputSize'] as const).find((name) => cell[name] === undefined);
  if (missing !== undefined) throw new ArgumentError(where, expected, `an object without ${missing}`);
}
