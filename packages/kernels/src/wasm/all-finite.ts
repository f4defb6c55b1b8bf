import { engine as core, type Tensor } from '@tensorflow/tfjs-core';
import { KernelError } from '../kernel-error';
import { numbersOf } from './host-data';
import { updatesInPlace } from './update-functions';

/**
 * Whether all numbers of a float32 tensor are finite. Where they lie in WebAssembly's memory it takes a fifth of a nanosecond a number, with no copy; it
 * waits for the device where they are not in host memory. Throws `KernelError` for a tensor of another dtype.
 */
export function allFinite(tensor: Tensor): boolean {
  if (tensor.dtype !== 'float32')
    throw new KernelError('allFinite', 'a float32 tensor', tensor.dtype, 'Cast it first.');
  const numbers = numbersOf(tensor);
  const functions = updatesInPlace(core().backend);
  // A sum in float64, which holds the squares of all the float32s that a memory can.
  if (functions !== undefined) return Number.isFinite(functions.sumOfSquares(numbers.length, numbers.byteOffset));
  // 0 times NaN or an infinity is NaN.
  let sum = 0;
  for (const number of numbers) sum += 0 * number;
  return sum === 0;
}
