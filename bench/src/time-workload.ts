import { useBackend } from '@rnn/backends';
import { BasicLSTMCell, BasicRNNCell, GRUCell, MultiRNNCell, type RNNCell } from '@rnn/cells';
import { adam, sequenceClassifier, softmaxCrossEntropy, valueAndGradients } from '@rnn/trainers';
import { oneHot, randomUniform, type Scalar, type Tensor3D, tidy } from '@tensorflow/tfjs-core';
import type { TimedWorkload, Timing } from './workload';

const cells = {
  lstm: (units: number) => new BasicLSTMCell(units),
  gru: (units: number) => new GRUCell(units),
  rnn: (units: number) => new BasicRNNCell(units),
};

export interface TimingOptions {
  readonly backend: 'auto' | 'wasm' | 'cpu' | 'tensorflow';
  readonly kernel: 'auto' | 'fused' | 'reference';
  /** Blocks of steps; the fastest and the median block count. */
  readonly repeats: number;
  /** Steps in a block. */
  readonly steps: number;
}

/** Times this library on a workload, after one step to warm up. */
export async function timeWorkload(
  workload: TimedWorkload,
  { backend, kernel, repeats, steps }: TimingOptions,
): Promise<Timing> {
  const choice = await useBackend(backend);
  const { cell, mode, batch, time, input, hidden, layers } = workload;
  const stack: RNNCell[] = Array.from({ length: layers }, () => cells[cell](hidden));
  const model = sequenceClassifier({
    cell: layers === 1 ? (stack[0] as RNNCell) : new MultiRNNCell(stack),
    classes: 10,
    kernel,
  });
  model.build([time, input], { seed: 1 });
  const optimizer = adam(undefined, { kernel });
  const inputs = randomUniform([batch, time, input]) as Tensor3D;
  const labels = tidy(() => oneHot(randomUniform([batch], 0, 10, 'int32'), 10, 1, 0, 'float32'));

  const train = async (): Promise<void> => {
    const loss = tidy(() => {
      const { value, gradients } = valueAndGradients(
        () => softmaxCrossEntropy(model.apply(inputs), labels),
        model.variables,
      );
      optimizer.applyGradients(model.variables, gradients);
      return value;
    }) as Scalar;
    await loss.data();
    loss.dispose();
  };
  const infer = async (): Promise<void> => {
    const logits = model.apply(inputs);
    await logits.data();
    logits.dispose();
  };
  const step = mode === 'train' ? train : infer;
  await step();
  const blocks: number[] = [];
  for (let block = 0; block < repeats; block++) {
    const began = performance.now();
    for (let i = 0; i < steps; i++) await step();
    blocks.push((performance.now() - began) / steps);
  }
  blocks.sort((a, b) => a - b);
  const ms = blocks[0] as number;
  const median = blocks[blocks.length >> 1] as number;
  return {
    peer: `@rnn on ${choice.name}`,
    ...workload,
    ms,
    ms_median: median,
    sequences_per_s: Math.round((batch / ms) * 1000),
  };
}
