import {
  concat,
  type Rank,
  reshape,
  slice,
  split,
  type Tensor1D,
  type Tensor2D,
  type Tensor3D,
  zeros,
} from '@tensorflow/tfjs-core';
import type { GruSequenceArgs, GruSequenceResult, ResetAfterArgs } from '../gru/gru-sequence';
import { cudnnParams } from './cudnn-params';
import { cudnnState } from './cudnn-state';
import { runGruBlockCells } from './gru-block-cells';
import { nativeOrder } from './native-order';

/** `gruSequence` by TensorFlow's library: GRUBlockCell resets before the candidate's product, CudnnRNN after it. */
export function gru(args: GruSequenceArgs): GruSequenceResult {
  const { weights, returnSequences = true } = args;
  const H = weights.gatesBias.shape[0] / 2;
  const order = nativeOrder(args);
  const [T, B] = order.inputs.shape;
  const initial = args.initialState ?? zeros<Rank.R2>([B, H]);
  const outputs = (steps: Tensor3D) => returnSequences && { outputs: order.outputs(steps) };
  if (args.resetAfter) {
    const params = resetAfterParams(args, H);
    const { output, h } = cudnnState('gruSequence', 'gru', order, params, initial);
    return { ...outputs(output), h } as GruSequenceResult;
  }
  const { gatesKernel, gatesBias, candidateKernel, candidateBias } = args.weights;
  const steps = runGruBlockCells({
    ...{ x: order.inputs, h: initial, w_ru: gatesKernel, w_c: candidateKernel, b_ru: gatesBias, b_c: candidateBias },
  });
  const h = order.last?.(steps, initial) ?? reshape(slice(steps, T - 1, 1), [B, H]);
  return { ...outputs(steps), h } as GruSequenceResult;
}

/** Of the gates' two biases the state's is zero; the candidate's are two here too. */
function resetAfterParams({ inputs, weights }: ResetAfterArgs, H: number): Tensor1D {
  const { gatesKernel, candidateInputKernel, candidateHiddenKernel } = weights;
  const [gatesInput, gatesState] = split(gatesKernel, [inputs.shape[2], H], 0) as [Tensor2D, Tensor2D];
  return cudnnParams(
    [concat([gatesInput, candidateInputKernel], 1), concat([gatesState, candidateHiddenKernel], 1)],
    [weights.gatesBias, weights.candidateInputBias, zeros<Rank.R1>([2 * H]), weights.candidateHiddenBias],
  );
}
