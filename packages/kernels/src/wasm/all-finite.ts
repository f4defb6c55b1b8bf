import { engine as core, type Tensor } from '@tensorflow/tfjs-core';
import { numbersOf } from './host-data';
import { updatesInPlace } from './update-functions';

/**
 * Whether all numbers of a float32 tensor are finite: where they lie in WebAssembly's memory, in a tenth of a nanosecond a number. It waits for the
 * device where they are not in host memory. Throws `KernelError` for a tensor of another dtype.
 */
export function allFinite(tensor: Tensor): boolean {
  const numbers = numbersOf(tensor);
  const functions = updatesInPlace(core().backend);
  // In float64 no finite number of float32's squares is too large.
  if (functions !== undefined) return Number.isFinite(functions.sumOfSquares(numbers.length, numbers.byteOffset));
  let sum = 0;
  for (const number of numbers) sum += 0 * number;
  return sum === 0;
}
