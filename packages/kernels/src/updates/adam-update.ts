import { add, div, mul, sqrt, square, sub, tidy } from '@tensorflow/tfjs-core';
import { chooseKernel } from '../fused-kernels';
import { checkUpdate, type UpdateArgs, type UpdatedVariable } from './variable-update';

export interface AdamUpdateArgs extends UpdateArgs<'m' | 'v'> {
  /** The learning rate, with the correction of both biases in it. */
  readonly rate: number;
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
}

/**
 * One step of Adam (Kingma & Ba 2014, https://arxiv.org/abs/1412.6980) for all variables at once, with its "epsilon hat", as TensorFlow 1:
 *
 *     m' = beta1 m + (1 - beta1) g;   v' = beta2 v + (1 - beta2) g²;   w' = w - rate · m' / (√v' + epsilon)
 */
export function adamUpdate(args: AdamUpdateArgs): readonly UpdatedVariable<'m' | 'v'>[] {
  checkUpdate('adamUpdate', args);
  const { kernel } = chooseKernel('adamUpdate', undefined, args.kernel);
  return tidy(() => [...(kernel === undefined ? adamReference(args) : kernel.run(args))]);
}

function adamReference({ variables, rate, beta1, beta2, epsilon }: AdamUpdateArgs): UpdatedVariable<'m' | 'v'>[] {
  return variables.map((before) => {
    const { w, g } = before;
    const m = add(mul(before.m, beta1), mul(g, 1 - beta1));
    const v = add(mul(before.v, beta2), mul(square(g), 1 - beta2));
    return { w: sub(w, mul(div(m, add(sqrt(v), epsilon)), rate)), m, v };
  });
}
