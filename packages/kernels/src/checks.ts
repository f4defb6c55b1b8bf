import type { Tensor, TensorInfo } from '@tensorflow/tfjs-core';
import { KernelError } from './kernel-error';
import { type SequenceArgs, sizesOf } from './sequence';

const shapeOf = (shape: readonly (number | string)[]): string => `[${shape.join(', ')}]`;

/** Throws unless the inputs are float32 `[T, B, D]`, or `[B, T, D]`, and the lengths and the step count fit them. */
export function checkSequence(op: string, args: SequenceArgs): void {
  const { inputs, lengths, timeMajor = true, parallelIterations = 1 } = args;
  const expected = `inputs to have shape ${timeMajor ? '[T, B, D]' : '[B, T, D]'}`;
  if (inputs.rank !== 3) throw new KernelError(op, expected, shapeOf((inputs as Tensor).shape));
  checkFloat32(op, 'inputs', inputs);
  const [T, B] = sizesOf(args);
  if (!Number.isInteger(parallelIterations) || parallelIterations < 1) {
    throw new KernelError(op, 'parallelIterations to be a positive integer', `${parallelIterations}`);
  }
  if (lengths === undefined) return;
  if (lengths.length !== B) throw new KernelError(op, `${B} lengths, one for each row`, `${lengths.length}`);
  for (let row = 0; row < B; row++) {
    const length = lengths[row] as number;
    if (Number.isInteger(length) && length >= 0 && length <= T) continue;
    throw new KernelError(op, `lengths to be integers from 0 to ${T}`, `${length} in row ${row}`);
  }
}

/** The width of a state's tensor. Throws unless it is `[B, width]`, with `letter` for the width in the error. */
export function stateWidth(op: string, what: string, state: Tensor, batchSize: number, letter: string): number {
  const [rows, width] = state.shape;
  if (state.rank === 2 && rows === batchSize) return width as number;
  throw new KernelError(op, `${what} to have shape ${shapeOf([batchSize, letter])}`, shapeOf(state.shape));
}

/** H of a product's weights. Throws unless they are `[rows, gates · H]`, with `rows` as letters in the error. */
export function unitsOf(op: string, what: string, kernel: Tensor, rows: string, gates: number): number {
  const units = (kernel.shape[1] ?? 0) / gates;
  if (kernel.rank === 2 && Number.isInteger(units)) return units;
  throw new KernelError(op, `${what} to have shape [${rows}, ${gates === 1 ? '' : gates}H]`, shapeOf(kernel.shape));
}

/** Throws unless a tensor is float32 and has this shape. */
export function checkShape(op: string, what: string, got: TensorInfo, shape: readonly number[]): void {
  if (got.shape.join() !== shape.join()) {
    throw new KernelError(op, `${what} to have shape ${shapeOf(shape)}`, shapeOf(got.shape));
  }
  checkFloat32(op, what, got);
}

/** Throws unless a clip threshold is left out or a number above 0. */
export function checkClip(op: string, what: string, limit: number | undefined): void {
  if (limit !== undefined && !(limit > 0)) throw new KernelError(op, `${what} to be above 0, or left out`, `${limit}`);
}

function checkFloat32(op: string, what: string, { dtype }: TensorInfo): void {
  if (dtype !== 'float32') throw new KernelError(op, `${what} of dtype float32`, dtype, 'Cast it first.');
}
