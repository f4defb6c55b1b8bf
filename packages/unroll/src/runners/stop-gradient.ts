import { clone, customGrad, type Tensor, zerosLike } from '@tensorflow/tfjs-core';

/** The same numbers as a tensor of its own, through which no gradient flows. */
export const stopGradient = (x: Tensor): Tensor =>
  customGrad((input) => ({ value: clone(input as Tensor), gradFunc: (dy) => zerosLike(dy) }))(x);
