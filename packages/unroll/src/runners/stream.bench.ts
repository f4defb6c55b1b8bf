import { BasicLSTMCell, flattenState, GRUCell, type RNNCell, type State, zeroState } from '@rnn/cells';
import { dispose, type Rank, type Tensor2D, type TensorContainer, tensor, tidy } from '@tensorflow/tfjs-core';
import { sequenceOf } from 'testing';
import { bench, describe } from 'vitest';
import { stream } from './stream';

// A reading of 28 values at a time, 128 units. A run takes 1,000 steps, so that its milliseconds are the microseconds of a step.
const [steps, inputSize, numUnits] = [1_000, 28, 128];
const few = { iterations: 5, time: 0, warmupIterations: 1, warmupTime: 0 };
const reading = (): Tensor2D => tensor<Rank.R2>(sequenceOf(inputSize, 1), [1, inputSize]);

describe.each<[string, () => RNNCell]>([
  ['LSTM', () => new BasicLSTMCell(numUnits, { inputSize })],
  ['GRU', () => new GRUCell(numUnits, { inputSize })],
])(`us a step, %s, 1 x ${inputSize}, ${numUnits} units, ${process.env.RNN_TEST_BACKEND}`, (_, make) => {
  bench(
    'cell.call in a loop',
    () => {
      const [cell, x] = [make(), reading()];
      let state: State = zeroState(cell.stateSize, 1);
      for (let t = 0; t < steps; t++) {
        const before = flattenState(state);
        state = tidy(() => cell.call(x, state)[1] as TensorContainer) as State;
        dispose(before);
      }
    },
    few,
  );

  for (const kernel of ['auto', 'reference', 'fused'] as const) {
    bench(
      `stream, kernel: '${kernel}'`,
      () => {
        const [served, x] = [stream(make(), { kernel }), reading()];
        for (let t = 0; t < steps; t++) served.step(x).dispose();
        served.dispose();
      },
      few,
    );
  }
});
