import '@rnn/cells/gradients';
import { BasicLSTMCell, type LSTMStateTuple } from '@rnn/cells';
import { add, grads, ones, sum, type Tensor, type Tensor3D, tidy } from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { dynamicRnn } from '../runners/dynamic-rnn';

test.each(['auto', 'reference'] as const)(
  'no row takes a step: the gradients are zeros, as TensorFlow gives, and not missing (%s)',
  (kernel) => {
    const cell = new BasicLSTMCell(2, { inputSize: 3 });
    const kernelVariable = cell.variables.get('basic_lstm_cell/kernel') as Tensor;
    tidy(() => {
      const loss = (x: Tensor): Tensor => {
        const [outputs, state] = dynamicRnn(cell, x as Tensor3D, { sequenceLength: [0, 0], kernel });
        return add(sum(outputs), sum((state as LSTMStateTuple).h));
      };
      const [dx, dKernel] = grads(loss)([ones([2, 4, 3]), kernelVariable]) as [Tensor, Tensor];
      expect([...dx.dataSync()]).toEqual(new Array(24).fill(0));
      expect([...dKernel.dataSync()]).toEqual(new Array(40).fill(0));
    });
    cell.dispose();
  },
);
