import { add, div, mul, sqrt, square, sub, tidy } from '@tensorflow/tfjs-core';
import { chooseKernel } from '../fused-kernels';
import { checkUpdate, type UpdateArgs, type UpdatedVariable } from './variable-update';

export interface AdagradUpdateArgs extends UpdateArgs<'acc'> {
  readonly rate: number;
}

/**
 * One step of Adagrad (Duchi, Hazan & Singer 2011) for all variables at once, without an epsilon, as TensorFlow 1:
 *
 *     acc' = acc + g²;   w' = w - rate · g / √acc'
 */
export function adagradUpdate(args: AdagradUpdateArgs): readonly UpdatedVariable<'acc'>[] {
  checkUpdate('adagradUpdate', args);
  const { kernel } = chooseKernel('adagradUpdate', undefined, args.kernel);
  return tidy(() => [...(kernel === undefined ? adagradReference(args) : kernel.run(args))]);
}

function adagradReference({ variables, rate }: AdagradUpdateArgs): UpdatedVariable<'acc'>[] {
  return variables.map((before) => {
    const { w, g } = before;
    const acc = add(before.acc, square(g));
    return { w: sub(w, mul(div(g, sqrt(acc)), rate)), acc };
  });
}
