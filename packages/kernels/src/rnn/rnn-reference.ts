import { add, type Rank, split, type Tensor2D, zeros } from '@tensorflow/tfjs-core';
import { activationFunction } from '../activation';
import { product } from '../product';
import { scan } from '../scan';
import type { RnnSequenceArgs, RnnSequenceResult } from './rnn-sequence';

/** `rnnSequence` out of stock operations: the inputs' share for many steps at once, then one small product a step. */
export function rnnReference(args: RnnSequenceArgs): RnnSequenceResult {
  const { inputs, weights, activation = 'tanh' } = args;
  const H = weights.bias.shape[0];
  const initialState = args.initialState ?? zeros<Rank.R2>([inputs.shape[1], H]);
  const act = activationFunction(activation);
  const [inputKernel, stateKernel] = split(weights.kernel, [inputs.shape[2], H], 0) as [Tensor2D, Tensor2D];
  const timesInputKernel = product(inputKernel);
  const timesStateKernel = product(stateKernel);

  const { outputs, state } = scan(args, {
    initialState: [initialState],
    outputSize: H,
    project: (x) => add(timesInputKernel(x), weights.bias),
    step: (projected, [h]) => {
      const newH = act(add<Tensor2D>(projected, timesStateKernel(h as Tensor2D)));
      return [newH, [newH]];
    },
  });
  return { outputs, h: state[0] as Tensor2D };
}
