import { add, mul, sub, tidy } from '@tensorflow/tfjs-core';
import { chooseKernel } from '../fused-kernels';
import { checkUpdate, type UpdateArgs, type UpdatedVariable } from './variable-update';

export interface MomentumUpdateArgs extends UpdateArgs<'acc'> {
  readonly rate: number;
  readonly momentum: number;
  /** Looks one step ahead (Sutskever et al. 2013). Default: false. */
  readonly useNesterov?: boolean;
}

/**
 * One step of gradient descent with momentum for all variables at once, the rate outside the accumulator, as TensorFlow 1:
 *
 *     acc' = momentum · acc + g;   w' = w - rate · acc'
 *     with useNesterov:            w' = w - rate · (g + momentum · acc')
 */
export function momentumUpdate(args: MomentumUpdateArgs): readonly UpdatedVariable<'acc'>[] {
  checkUpdate('momentumUpdate', args);
  const { kernel } = chooseKernel('momentumUpdate', undefined, args.kernel);
  return tidy(() => [...(kernel === undefined ? momentumReference(args) : kernel.run(args))]);
}

function momentumReference(args: MomentumUpdateArgs): UpdatedVariable<'acc'>[] {
  const { variables, rate, momentum, useNesterov = false } = args;
  return variables.map((before) => {
    const { w, g } = before;
    const acc = add(mul(before.acc, momentum), g);
    const direction = useNesterov ? add(g, mul(acc, momentum)) : acc;
    return { w: sub(w, mul(direction, rate)), acc };
  });
}
