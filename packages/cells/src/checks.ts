import type { Tensor } from '@tensorflow/tfjs-core';
import { ArgumentError } from './argument-error';

/** Throws unless `value` is a whole number of at least 1. */
export function checkCount(where: string, what: string, value: number): void {
  if (!Number.isInteger(value) || value < 1)
    throw new ArgumentError(where, `${what} to be a positive integer`, `${value}`);
}

/** Throws unless `value` is a finite number. */
export function checkFinite(where: string, what: string, value: number): void {
  if (!Number.isFinite(value)) throw new ArgumentError(where, `${what} to be a finite number`, `${value}`);
}

/** Throws unless a clip threshold is left out or a number above 0. */
export function checkClip(where: string, what: string, value: number | undefined): void {
  if (value !== undefined && !(value > 0))
    throw new ArgumentError(where, `${what} to be above 0, or left out`, `${value}`);
}

/** Throws unless `inputs` is a float32 tensor `[B, D]`, with D as given where it is known. */
export function checkInputs(where: string, inputs: Tensor, inputSize: number | undefined): void {
  const width = inputSize === undefined ? 'D' : `${inputSize}`;
  if (inputs.rank !== 2 || (inputSize !== undefined && inputs.shape[1] !== inputSize)) {
    throw new ArgumentError(where, `inputs to have shape [B, ${width}]`, `[${inputs.shape.join(', ')}]`);
  }
  if (inputs.dtype !== 'float32')
    throw new ArgumentError(where, 'inputs of dtype float32', inputs.dtype, 'Cast them first.');
}
