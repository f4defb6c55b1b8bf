import * as tf from '@tensorflow/tfjs-core';
import { test } from 'vitest';
import { registerWebgpu } from '../register';
import { rnnSequence } from '../../rnn/rnn-sequence';
registerWebgpu();
test('x', async () => {
  const kernel = tf.tensor2d([1, 2, 0.5, 0.25, 0, 0.125], [3, 2]);
  const args = { inputs: tf.tensor3d([1, 2, 3, 4], [4, 1, 1]), weights: { kernel, bias: tf.tensor1d([0, 0]) }, activation: 'relu' as const };
  for (const k of ['fused', 'reference'] as const) for (const h of [undefined, tf.tensor2d([4, 8], [1, 2])]) {
    const { outputs } = rnnSequence({ ...args, ...(h && { initialState: h }), kernel: k });
    console.log(k, [...await outputs.data()].join(' '));
  }
});
