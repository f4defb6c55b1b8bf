import {
  engine as core,
  div,
  type KernelBackend,
  logSoftmax,
  mul,
  neg,
  registerGradient,
  registerKernel,
  type Scalar,
  type Tensor,
  type Tensor2D,
  type TensorInfo,
} from '@tensorflow/tfjs-core';
import { registerFusedKernel } from '../fused-kernels';
import { KernelError } from '../kernel-error';
import { Blocks } from './blocks';
import { engine, engineFault } from './engine';
import { hostBackends } from './host-backends';
import { viewTensor, writeTensor } from './host-data';

const kernelName = 'RnnSoftmaxCrossEntropy';

/** Class numbers as rows of shares: 1 for the class, or NaN for a class that there is none of. */
function sharesOf(labels: Float32Array, classes: number): Float32Array {
  const shares = new Float32Array(labels.length * classes);
  for (const [row, label] of labels.entries()) {
    if (label >= 0 && label < classes) shares[row * classes + label] = 1;
    else shares.fill(Number.NaN, row * classes, (row + 1) * classes);
  }
  return shares;
}

/** The loss and, where a tape is on, its gradient by the logits, which the tape keeps. */
function compute(backend: KernelBackend, logits: TensorInfo, labels: TensorInfo, taped: boolean): TensorInfo[] {
  const { arena, functions } = engine();
  const [batch, classes] = logits.shape as [number, number];
  const given = viewTensor(backend, labels);
  const shares = labels.shape.length === 2 ? given : sharesOf(given, classes);
  const blocks = new Blocks(arena);
  try {
    // Four rows are computed at once: the batch is rounded up.
    const padded = (batch + (-batch & 3)) * classes;
    const logitsAt = blocks.allocate(padded);
    const labelsAt = blocks.allocate(padded);
    const powers = blocks.allocate(4 * classes);
    const { floats } = engine();
    const write = (values: Float32Array, at: number): void => {
      floats.set(values, at / 4);
      floats.fill(0, at / 4 + values.length, at / 4 + padded);
    };
    write(viewTensor(backend, logits), logitsAt);
    write(shares, labelsAt);
    // The gradient is written over the labels, which each row has no use for any more.
    const loss = functions.softmaxCrossEntropy(logitsAt, labelsAt, labelsAt, powers, batch, classes);
    const results = [writeTensor(backend, Float32Array.of(loss), [])];
    if (taped)
      results.push(
        writeTensor(backend, floats.subarray(labelsAt / 4, labelsAt / 4 + batch * classes), [batch, classes]),
      );
    return results;
  } finally {
    blocks.free();
  }
}

/** Registers the softmax cross-entropy for every host backend. */
export function registerSoftmaxCrossEntropy(): void {
  for (const backendName of hostBackends) {
    registerKernel({
      kernelName,
      backendName,
      kernelFunc: ({ inputs: { logits, labels }, backend }) => {
        const { gradientDepth, kernelDepth } = core().state;
        const taped = gradientDepth > 0 && kernelDepth === 1;
        return compute(backend as KernelBackend, logits as TensorInfo, labels as TensorInfo, taped);
      },
    });
    registerFusedKernel({
      op: 'softmaxCrossEntropy',
      backend: backendName,
      device: () => engine().device,
      unsupported: ({ batchSize, classes }) =>
        batchSize === 0 || classes === 0 ? 'there is nothing to compute' : engineFault(),
      run: ({ logits, labels }) => (core().runKernel(kernelName, { logits, labels }) as unknown as [Scalar])[0],
    });
  }

  registerGradient({
    kernelName,
    inputsToSave: ['logits', 'labels'],
    outputsToSave: [false, true],
    gradFunc: (dys, saved) => {
      if (core().state.gradientDepth > 0)
        throw new KernelError('softmaxCrossEntropy', 'to be differentiated once', 'a gradient of its gradient');
      const [logits, labels, slope] = saved as [Tensor2D, Tensor, Tensor2D];
      const dy = (dys as Tensor[])[0] as Scalar;
      return {
        logits: () => mul(slope, dy),
        ...(labels.rank === 2 && { labels: () => mul(neg(logSoftmax(logits)), div(dy, logits.shape[0])) }),
      };
    },
  });
}
