import { relu, sigmoid, type Tensor, tanh } from '@tensorflow/tfjs-core';
import type { SequenceActivation } from './sequence';

const named = { tanh, relu, sigmoid, linear: <T extends Tensor>(x: T): T => x };

/** The function that an activation stands for. */
export function activationFunction(activation: SequenceActivation): <T extends Tensor>(x: T) => T {
  return typeof activation === 'function' ? activation : named[activation];
}
