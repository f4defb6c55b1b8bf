import { mul, sigmoid, type Tensor } from '@tensorflow/tfjs-core';
import type { SequenceActivation } from '../sequence';

const sigmoid64 = (x: number): number => 1 / (1 + Math.exp(-x));
const byName = {
  ...{ tanh: Math.tanh, relu: (x: number) => Math.max(0, x) },
  ...{ sigmoid: sigmoid64, linear: (x: number) => x },
};

/** x · σ(x): an activation without a name here. */
export const silu = <T extends Tensor>(x: T): T => mul(x, sigmoid(x));

/** Those with a name, and `silu`. */
export const activations: [string, SequenceActivation][] = [
  ...(['tanh', 'relu', 'sigmoid', 'linear'] as const).map((name): [string, SequenceActivation] => [name, name]),
  ['a custom activation', silu],
];

/** An activation of these in float64. */
export const float64Of = (activation: SequenceActivation = 'tanh'): ((x: number) => number) =>
  typeof activation === 'function' ? (x) => x * sigmoid64(x) : byName[activation];
