import { relu, sigmoid, type Tensor, tanh } from '@tensorflow/tfjs-core';
import { checkThat } from './checks';

/** The activations known by name; a fused kernel may have them built in. */
export type ActivationName = 'tanh' | 'relu' | 'sigmoid' | 'linear';

/** An activation by name, or any function that keeps the shape. TensorFlow.js' own `tanh`, `relu` and `sigmoid` count as their names. */
export type Activation = ActivationName | (<T extends Tensor>(x: T) => T);

const byName: Record<ActivationName, <T extends Tensor>(x: T) => T> = { tanh, relu, sigmoid, linear: (x) => x };

/** The function that an activation stands for. */
export function activationFunction(activation: Activation): <T extends Tensor>(x: T) => T {
  return typeof activation === 'function' ? activation : byName[activation];
}

/** The activation under its name where it has one. Throws `ArgumentError` for a name that is not known. */
export function namedActivation(where: string, activation: Activation): Activation {
  if (typeof activation !== 'function') {
    const expected = `activation to be one of ${Object.keys(byName).join(', ')} or a function`;
    checkThat(Object.hasOwn(byName, activation), where, expected, activation);
    return activation;
  }
  const known = Object.entries(byName).find(([, apply]) => apply === activation);
  return (known?.[0] as ActivationName | undefined) ?? activation;
}
