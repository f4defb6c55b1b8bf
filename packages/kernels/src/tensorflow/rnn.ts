import { type Rank, split, type Tensor2D, zeros } from '@tensorflow/tfjs-core';
import type { RnnSequenceArgs, RnnSequenceResult } from '../rnn/rnn-sequence';
import { cudnnParams } from './cudnn-params';
import { cudnnState } from './cudnn-state';
import { nativeOrder } from './native-order';

/** `rnnSequence` by CudnnRNN; its second bias is zero. */
export function rnn(args: RnnSequenceArgs): RnnSequenceResult {
  const { weights, activation, returnSequences = true } = args;
  const H = weights.bias.shape[0];
  const order = nativeOrder(args);
  const [, B, D] = order.inputs.shape;
  const params = cudnnParams(split(weights.kernel, [D, H], 0) as [Tensor2D, Tensor2D], [
    weights.bias,
    zeros<Rank.R1>([H]),
  ]);
  const initial = args.initialState ?? zeros<Rank.R2>([B, H]);
  const mode = activation === 'relu' ? 'rnn_relu' : 'rnn_tanh';
  const { output, h } = cudnnState('rnnSequence', mode, order, params, initial);
  return { ...(returnSequences && { outputs: order.outputs(output) }), h } as RnnSequenceResult;
}
