import { dispose, memory, type TensorContainer } from '@tensorflow/tfjs-core';
import { expect } from 'vitest';

/** Fails unless `call` leaves as many live tensors as it found, once what it returned is disposed; also when it throws, which it passes on. */
export function expectNoLeak<T>(call: () => T): T {
  const before = memory().numTensors;
  let result: T | undefined;
  try {
    result = call();
  } finally {
    dispose(result as TensorContainer);
    expect(memory().numTensors, 'live tensors').toBe(before);
  }
  return result;
}

/** The same for a call that ends later. */
export async function expectNoLeakAsync<T>(call: () => Promise<T>): Promise<T> {
  const before = memory().numTensors;
  let result: T | undefined;
  try {
    result = await call();
  } finally {
    dispose(result as TensorContainer);
    expect(memory().numTensors, 'live tensors').toBe(before);
  }
  return result;
}
