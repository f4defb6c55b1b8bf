import { BasicLSTMCell, type LSTMStateTuple } from '@rnn/cells';
import { type Tensor2D, type Tensor3D, tensor, tidy, unstack } from '@tensorflow/tfjs-core';
import { sequenceOf } from 'testing';
import { bench, describe } from 'vitest';
import { dynamicRnn } from './dynamic-rnn';

// The sizes of an image read by rows: 128 rows of 28 steps of 28 pixels, 128 units. Reading the last state waits for the device.
const [batchSize, steps, inputSize, numUnits] = [128, 28, 28, 128];
// Plain JavaScript needs seconds for one run.
const iterations = process.env.RNN_TEST_BACKEND === 'cpu' ? 2 : 10;
const few = { iterations, time: 0, warmupIterations: 1, warmupTime: 0 };

let made: { cell: BasicLSTMCell; inputs: Tensor3D } | undefined;
function given() {
  made ??= {
    cell: new BasicLSTMCell(numUnits, { inputSize }),
    inputs: tensor(sequenceOf(batchSize * steps * inputSize, 1), [batchSize, steps, inputSize]) as Tensor3D,
  };
  return made;
}

describe(`forward, LSTM, ${batchSize} x ${steps} x ${inputSize}, ${numUnits} units, ${process.env.RNN_TEST_BACKEND}`, () => {
  bench(
    "dynamicRnn, kernel: 'reference'",
    () => {
      const { cell, inputs } = given();
      tidy(() => void dynamicRnn(cell, inputs, { kernel: 'reference' })[1].h.dataSync());
    },
    few,
  );

  bench(
    'cell.call in a loop',
    () => {
      const { cell, inputs } = given();
      tidy(() => {
        let state: LSTMStateTuple = cell.zeroState(batchSize);
        for (const x of unstack(inputs, 1) as Tensor2D[]) [, state] = cell.call(x, state);
        state.h.dataSync();
      });
    },
    few,
  );
});
