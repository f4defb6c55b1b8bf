import { expectNoLeak } from 'testing';
import { expect } from 'vitest';

/** Fails unless `call` throws an error of exactly this text and leaves as many live tensors as it found. */
export function expectThrows(call: () => unknown, message: string): void {
  let thrown: unknown;
  try {
    expectNoLeak(call);
  } catch (error) {
    thrown = error;
  }
  expect(thrown, `what should throw '${message}'`).toBeInstanceOf(Error);
  expect((thrown as Error).message).toBe(message);
}
