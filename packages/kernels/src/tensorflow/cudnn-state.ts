import { expandDims, reshape, scalar, type Tensor1D, type Tensor2D, type Tensor3D } from '@tensorflow/tfjs-core';
import { cudnnConstants } from './cudnn-constants';
import type { CudnnMode } from './native-ops';
import type { NativeOrder } from './native-order';
import { runNativeSequence } from './native-sequence';

/** CudnnRNN of a recurrence whose state is its output, so that its state at any step is known. */
export function cudnnState(
  operation: string,
  mode: Exclude<CudnnMode, 'lstm'>,
  { inputs, last }: NativeOrder,
  params: Tensor1D,
  initial: Tensor2D,
): { output: Tensor3D; h: Tensor2D } {
  const [T, B, D] = inputs.shape;
  const H = initial.shape[1];
  const { output, output_h } = runNativeSequence(
    'CudnnRNN',
    { input: inputs, input_h: expandDims(initial, 0), input_c: scalar(0), params },
    { operation, sizes: { T, B, D, H, mode }, attributes: cudnnConstants(mode) },
  );
  const steps = output as Tensor3D;
  return { output: steps, h: last?.(steps, initial) ?? reshape(output_h, [B, H]) };
}
