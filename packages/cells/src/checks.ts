import { Tensor } from '@tensorflow/tfjs-core';
import { ArgumentError } from './argument-error';
import type { AnyRNNCell } from './cell';
import { dimsOf, type Size } from './tensor-shape';

/** How a value of any kind reads in an error: a tensor by its shape. */
export function describeValue(value: unknown): string {
  if (value instanceof Tensor) return `[${value.shape.join(', ')}]`;
  if (typeof value === 'string') return `'${value}'`;
  if (typeof value === 'function') return 'a function';
  if (Array.isArray(value)) return 'an array';
  return typeof value === 'object' && value !== null ? 'an object that is no tensor' : String(value);
}

/** Throws unless `value` is a whole number of at least 1. */
export function checkCount(where: string, what: string, value: number): void {
  if (!Number.isInteger(value) || value < 1)
    throw new ArgumentError(where, `${what} to be a positive integer`, describeValue(value));
}

/** Throws unless `value` is a finite number. */
export function checkFinite(where: string, what: string, value: number): void {
  if (!Number.isFinite(value)) throw new ArgumentError(where, `${what} to be a finite number`, describeValue(value));
}

/** Throws unless a clip threshold is left out or a number above 0. */
export function checkClip(where: string, what: string, value: number | undefined): void {
  if (value !== undefined && !(typeof value === 'number' && value > 0))
    throw new ArgumentError(where, `${what} to be above 0, or left out`, describeValue(value));
}

/** Throws unless `value` is a share of what dropout keeps, in (0, 1]. */
export function checkKeepProb(where: string, what: string, value: number): void {
  if (!(value > 0 && value <= 1))
    throw new ArgumentError(where, `${what} to be above 0 and at most 1`, describeValue(value));
}

/** Throws unless `value` is a probability, in [0, 1]. */
export function checkProbability(where: string, what: string, value: number): void {
  if (!(value >= 0 && value <= 1)) throw new ArgumentError(where, `${what} to be from 0 to 1`, describeValue(value));
}

/** Throws unless `value` is true or false. */
export function checkFlag(where: string, what: string, value: boolean): void {
  if (typeof value !== 'boolean') throw new ArgumentError(where, `${what} to be true or false`, describeValue(value));
}

/** Throws unless `value` is a function. */
export function checkFunction(where: string, what: string, value: unknown): void {
  if (typeof value !== 'function') throw new ArgumentError(where, `${what} to be a function`, describeValue(value));
}

/** Throws unless `inputs` is a float32 tensor `[B, size]`; `[B, D]` where no size is known. */
export function checkInputs(where: string, inputs: Tensor, size: Size | undefined): void {
  const dims = size === undefined ? ['D'] : dimsOf(size);
  const expected = `[${['B', ...dims].join(', ')}]`;
  if (!(inputs instanceof Tensor)) {
    throw new ArgumentError(where, `inputs to be a tensor ${expected}`, describeValue(inputs));
  }
  if (inputs.rank !== 1 + dims.length || dims.some((n, k) => typeof n === 'number' && n !== inputs.shape[1 + k])) {
    throw new ArgumentError(where, `inputs to have shape ${expected}`, describeValue(inputs));
  }
  if (inputs.dtype !== 'float32')
    throw new ArgumentError(where, 'inputs of dtype float32', inputs.dtype, 'Cast them first.');
}

/** Throws unless `cell` has what every cell must have, a third party's too. */
export function checkCell(where: string, what: string, cell: AnyRNNCell): void {
  const expected = `${what} to be a cell, with call, stateSize and outputSize`;
  if (typeof cell !== 'object' || cell === null) throw new ArgumentError(where, expected, describeValue(cell));
  if (typeof cell.call !== 'function') throw new ArgumentError(where, expected, 'an object without call');
  const missing = (['stateSize', 'outputSize'] as const).find((name) => cell[name] === undefined);
  if (missing !== undefined) throw new ArgumentError(where, expected, `an object without ${missing}`);
}
