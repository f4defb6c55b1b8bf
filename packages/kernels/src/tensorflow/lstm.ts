import {
  add,
  concat,
  expandDims,
  type Rank,
  reshape,
  slice,
  split,
  type Tensor,
  type Tensor1D,
  type Tensor2D,
  type Tensor3D,
  zeros,
} from '@tensorflow/tfjs-core';
import type { SequenceFacts } from '../fused-kernels';
import type { LstmSequenceArgs, LstmSequenceResult } from '../lstm/lstm-sequence';
import { endEarly } from '../sequence';
import { cudnnConstants } from './cudnn-constants';
import { cudnnParams } from './cudnn-params';
import type { NativeSizes } from './native-ops';
import { type NativeOrder, nativeOrder } from './native-order';
import { runNativeSequence } from './native-sequence';

/** The op for an LSTM: cuDNN's has no peepholes and no clip, and gives c after the last step alone. */
export function lstmOp(
  cudnn: boolean,
  { usePeepholes = false, cellClip, unevenLengths = false }: Partial<SequenceFacts>,
): 'CudnnRNN' | 'BlockLSTM' {
  return cudnn && !usePeepholes && cellClip === undefined && !unevenLengths ? 'CudnnRNN' : 'BlockLSTM';
}

/** `lstmSequence` without a projection, by TensorFlow's library. */
export function lstm(cudnn: boolean, args: LstmSequenceArgs): LstmSequenceResult {
  const { weights, cellClip, returnSequences = true } = args;
  const H = weights.bias.shape[0] / 4;
  const order = nativeOrder(args);
  const [T, B, D] = order.inputs.shape;
  const state = args.initialState ?? { c: zeros<Rank.R2>([B, H]), h: zeros<Rank.R2>([B, H]) };
  const facts = {
    ...{ usePeepholes: weights.peepholes !== undefined, unevenLengths: endEarly(args) },
    ...(cellClip !== undefined && { cellClip }),
  };
  const run = lstmOp(cudnn, facts) === 'CudnnRNN' ? byCudnn : byBlocks;
  const { outputs, c, h } = run(args, order, { T, B, D, H }, state);
  return { ...(returnSequences && { outputs: order.outputs(outputs) }), c, h } as LstmSequenceResult;
}

type Run = (
  args: LstmSequenceArgs,
  order: NativeOrder,
  sizes: NativeSizes,
  state: { readonly c: Tensor2D; readonly h: Tensor2D },
) => LstmSequenceResult;

/** The forget bias goes into the bias of the inputs' product; cuDNN's second bias is zero. */
const byCudnn: Run = ({ weights: { kernel, bias }, forgetBias = 1 }, { inputs }, sizes, { c, h }) => {
  const { B, D, H } = sizes;
  const [i, j, f, o] = split(kernel, 4, 1) as [Tensor2D, Tensor2D, Tensor2D, Tensor2D];
  const [bi, bj, bf, bo] = split(bias, 4) as [Tensor1D, Tensor1D, Tensor1D, Tensor1D];
  const kernels = split(concat([i, f, j, o], 1), [D, H], 0) as [Tensor2D, Tensor2D];
  const biases = [bi, add<Tensor1D>(bf, forgetBias), bj, bo, zeros<Rank.R1>([4 * H])];
  const given = { input: inputs, input_h: expandDims(h, 0), input_c: expandDims(c, 0) };
  const results = runNativeSequence(
    'CudnnRNN',
    { ...given, params: cudnnParams(kernels, biases) },
    { operation: 'lstmSequence', sizes: { ...sizes, mode: 'lstm' }, attributes: cudnnConstants('lstm') },
  );
  const matrix = (x: Tensor): Tensor2D => reshape(x, [B, H]);
  return { outputs: results.output as Tensor3D, c: matrix(results.output_c), h: matrix(results.output_h) };
};

/** BlockLSTM has TensorFlow 1's weights and gates. Peepholes that are not there are zeros, and a clip below 0 is none. */
const byBlocks: Run = ({ weights, forgetBias = 1, cellClip = -1 }, { inputs, last }, sizes, { c, h }) => {
  const { kernel, bias, peepholes } = weights;
  const { T, B, H } = sizes;
  const none = zeros<Rank.R1>([H]);
  const { i: wci, f: wcf, o: wco } = peepholes ?? { i: none, f: none, o: none };
  const results = runNativeSequence(
    'BlockLSTM',
    { x: inputs, cs_prev: c, h_prev: h, w: kernel, wci, wcf, wco, b: bias },
    {
      ...{ operation: 'lstmSequence', sizes },
      attributes: { forget_bias: forgetBias, cell_clip: cellClip, use_peephole: peepholes !== undefined },
    },
  );
  const outputs = results.h as Tensor3D;
  const lastOf = (steps: Tensor3D, initial: Tensor2D): Tensor2D =>
    last?.(steps, initial) ?? reshape(slice(steps, T - 1, 1), [B, H]);
  return { outputs, c: lastOf(results.cs as Tensor3D, c), h: lastOf(outputs, h) };
};
