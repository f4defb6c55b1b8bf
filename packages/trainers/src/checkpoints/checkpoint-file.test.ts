import { safetensors } from '@jax-js/loaders';
import { expect, test } from 'vitest';
import type { SavedTensors } from '../state/saved-tensors';
import type { TrainingState } from '../state/training-state';
import { decodeCheckpoint, encodeCheckpoint } from './checkpoint-file';
import { encodeSafetensors } from './safetensors';

const tensorsOf = (...names: string[]): SavedTensors =>
  new Map(names.map((name, k) => [name, { shape: [2, 1], values: new Float32Array([k + 0.25, -k]) }]));

const state: TrainingState = {
  ...{ step: 300, seed: 7, inputShape: [28, 28], streams: { 'rnn/dropout/input_0': [1, -2, 3, 4] } },
  reports: [{ step: 100, loss: Number.NaN, metrics: { accuracy: 0.125 } }],
  variables: tensorsOf('rnn/gru_cell/gates/kernel', 'dense/kernel'),
  optimizer: {
    ...{ name: 'Adam', iterations: 300 },
    slots: tensorsOf('dense/kernel/Adam', 'dense/kernel/Adam_1'),
  },
  callbacks: new Map([
    ['average', { values: {}, tensors: tensorsOf('rnn/gru_cell/gates/kernel', 'dense/kernel') }],
    ['early_stopping', { values: { best: Infinity, waited: 2, of: 'loss' }, tensors: new Map() }],
  ]),
};
const config = { hidden: [128, 256], quoted: '"sha256":"' };
const bytes = encodeCheckpoint({ state, config });

test('a state and its configuration come back as they were', () => {
  expect(decodeCheckpoint(bytes)).toEqual({ state, config });
  const buffer = Buffer.from(bytes);
  expect(decodeCheckpoint(buffer)).toEqual({ state, config });
  expect(new Uint8Array(buffer)).toEqual(bytes);
});

test('another library finds variables and slots under TensorFlow’s names', () => {
  const { tensors, metadata } = safetensors.parse(bytes.slice());
  expect(Object.keys(tensors)).toEqual([
    ...['rnn/gru_cell/gates/kernel', 'dense/kernel', 'dense/kernel/Adam', 'dense/kernel/Adam_1'],
    ...['callbacks/average/rnn/gru_cell/gates/kernel', 'callbacks/average/dense/kernel'],
  ]);
  expect(tensors['dense/kernel']).toEqual({ dtype: 'F32', shape: [2, 1], data: new Float32Array([1.25, -1]) });
  expect(JSON.parse(metadata?.run as string)).toMatchObject({ step: 300, config });
});

test('a file cut short at any place is told from a whole one', () => {
  for (let length = 0; length < bytes.length; length++) {
    expect(() => decodeCheckpoint(bytes.subarray(0, length)), `${length} bytes`).toThrow(/^a file /);
  }
});

test('one bit that differs, in any byte, is told', () => {
  for (let at = 0; at < bytes.length; at++) {
    const flipped = bytes.slice();
    flipped[at] = (flipped[at] as number) ^ (1 << (at % 8));
    expect(() => decodeCheckpoint(flipped), `byte ${at}`).toThrow(/^a (file|header) /);
  }
  const middle = bytes.slice();
  middle[bytes.length - 3] = (middle[bytes.length - 3] as number) ^ 1;
  expect(() => decodeCheckpoint(middle)).toThrow('a file that is not as it was written: its checksum differs');
});

test('a safetensors file of another kind is told', () => {
  const other = encodeSafetensors({ tensors: state.variables, metadata: { format: 'pt' } });
  expect(() => decodeCheckpoint(other)).toThrow('a file whose metadata do not say @rnn/trainers checkpoint 1');
});
