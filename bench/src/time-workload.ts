import { type BackendName, useBackend } from '@rnn/backends';
import { ArgumentError, BasicLSTMCell, BasicRNNCell, GRUCell, MultiRNNCell, type RNNCell } from '@rnn/cells';
import { memory, setThreads } from '@rnn/kernels';
import { adam, sequenceClassifier, softmaxCrossEntropy, valueAndGradients } from '@rnn/trainers';
import { explain } from '@rnn/unroll';
import { oneHot, randomUniform, type Scalar, type Tensor3D, tidy } from '@tensorflow/tfjs-core';
import { countDispatches } from './count-dispatches';
import type { TimedWorkload, Timing } from './workload';

const classes = 10;

const cells = {
  lstm: (units: number) => new BasicLSTMCell(units),
  gru: (units: number) => new GRUCell(units),
  rnn: (units: number) => new BasicRNNCell(units),
};

export interface TimingOptions {
  readonly backend: 'auto' | BackendName;
  readonly kernel: 'auto' | 'fused' | 'reference';
  /** Of the engine. */
  readonly threads: number;
  /** Whether training keeps few states and computes the others again. */
  readonly swapMemory: boolean;
  /** Blocks of steps; the fastest and the median block count. */
  readonly repeats: number;
  /** Steps in a block. */
  readonly steps: number;
}

/** A timing of this library, which says more of how it came about than the peers do. */
export interface OwnTiming extends Timing {
  /** Which kernel ran the sequence, on what. */
  readonly kernel: string;
  readonly node: string;
  readonly swap_memory: boolean;
  readonly engine_bytes: number;
}

/** Times this library on a workload, after two steps to warm up. Throws `ArgumentError` for one that would not be the peers' work. */
export async function timeWorkload(
  workload: TimedWorkload,
  { backend, kernel, threads, swapMemory, repeats, steps }: TimingOptions,
): Promise<OwnTiming> {
  checkWorkload(workload, swapMemory);
  setThreads(threads);
  const choice = await useBackend(backend);
  const { mode, batch, time, input, bidirectional } = workload;
  const cell = makeCell(workload);
  const backwardCell = bidirectional ? makeCell(workload) : undefined;
  // Whose kernel is told: each layer both ways has one of its own, of the same kind.
  const first = Array.isArray(cell) ? (cell[0] as RNNCell) : (cell as RNNCell);
  const model = sequenceClassifier({ cell, backwardCell, classes, kernel, swapMemory });
  model.build([time, input], { seed: 1 });
  const optimizer = adam(undefined, { kernel });
  const inputs = randomUniform([batch, time, input]) as Tensor3D;
  const labels = tidy(() => oneHot(randomUniform([batch], 0, classes, 'int32'), classes, 1, 0, 'float32'));

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
  // The first one has more to do.
  await step();
  const dispatches = await countDispatches(step);
  const { ms, median } = await timeBlocks(step, repeats, steps);
  return {
    peer: `@rnn on ${choice.name}`,
    ...workload,
    threads,
    device: choice.device,
    ms,
    ms_median: median,
    sequences_per_s: Math.round((batch / ms) * 1000),
    kernel: `${explain(first, inputs, { kernel, swapMemory })}`,
    node: process.versions.node,
    swap_memory: swapMemory,
    engine_bytes: memory().totalBytes,
    ...(dispatches !== undefined && { dispatches }),
  };
}

function checkWorkload({ mode }: TimedWorkload, swapMemory: boolean): void {
  if (swapMemory && mode === 'infer') {
    const remedy = 'A forward pass alone keeps no states.';
    throw new ArgumentError('bench', '--mode train with --swap-memory', mode, remedy);
  }
}

/** Layers in one direction are one cell; in both, a list, since each takes both directions of the one below. */
function makeCell({ cell, hidden, layers, bidirectional }: TimedWorkload): RNNCell | readonly RNNCell[] {
  const stack: RNNCell[] = Array.from({ length: layers }, () => cells[cell](hidden));
  if (layers === 1) return stack[0] as RNNCell;
  return bidirectional ? stack : new MultiRNNCell(stack);
}

/** Milliseconds a step of the fastest block and of the median one. */
async function timeBlocks(step: () => Promise<void>, repeats: number, steps: number) {
  const blocks: number[] = [];
  for (let block = 0; block < repeats; block++) {
    const began = performance.now();
    for (let i = 0; i < steps; i++) await step();
    blocks.push((performance.now() - began) / steps);
  }
  blocks.sort((a, b) => a - b);
  return { ms: blocks[0] as number, median: blocks[blocks.length >> 1] as number };
}
