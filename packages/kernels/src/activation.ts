import { relu, sigmoid, type Tensor, tanh } from '@tensorflow/tfjs-core';
import { KernelError } from './kernel-error';
import type { SequenceActivation } from './sequence';

const named = { tanh, relu, sigmoid, linear: <T extends Tensor>(x: T): T => x };

/** The function that an activation stands for. */
export function activationFunction(activation: SequenceActivation): <T extends Tensor>(x: T) => T {
  return typeof activation === 'function' ? activation : named[activation];
}

/** Throws unless an activation is a function or has a name that is known. */
export function checkActivation(op: string, activation: SequenceActivation): void {
  if (typeof activation === 'function' || Object.hasOwn(named, activation)) return;
  const expected = `activation to be one of ${Object.keys(named).join(', ')} or a function`;
  throw new KernelError(op, expected, `'${activation}'`);
}
