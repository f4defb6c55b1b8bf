import { useBackend } from '@rnn/backends';
import { BasicLSTMCell } from '@rnn/cells';
import { Dataset, valuesColumn } from '@rnn/datasets';
import { memory } from '@tensorflow/tfjs-core';
import { beforeAll, expect, it } from 'vitest';
import { statesByRow } from './states-by-row';

const pixels = Float32Array.from({ length: 784 }, (_, i) => (Math.sin(i) > 0.5 ? 1 : 0));
const image = new Dataset(valuesColumn(pixels, [28, 28]), valuesColumn(new Float32Array(10), [10]));

beforeAll(() => useBackend('cpu'));

it('a row a step: a state after each, and no tensor more lives', () => {
  const cell = new BasicLSTMCell(3, { inputSize: 28 });
  const { numTensors } = memory();
  const states = statesByRow(cell, image, undefined);
  expect(memory().numTensors).toBe(numTensors);
  expect(states.map((state) => state.length)).toEqual(new Array(28).fill(3));
  expect(new Set(states.map((state) => state.join())).size).toBe(28);
  cell.dispose();
});

it('two rows a step without a margin of three: zeros above, twos alike, and the last to the end', () => {
  const cell = new BasicLSTMCell(3, { inputSize: 44 });
  const states = statesByRow(cell, image, { margin: 3, rows: 2 }).map((state) => state.join());
  const last = states[24];
  expect(states.slice(0, 3)).toEqual(new Array(3).fill('0,0,0'));
  for (let row = 3; row < 25; row += 2) expect(states[row]).toBe(states[row + 1]);
  expect(new Set(states.slice(3, 25)).size).toBe(11);
  expect(states.slice(25)).toEqual(new Array(3).fill(last));
  cell.dispose();
});
