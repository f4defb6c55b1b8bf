import '@rnn/cells/gradients';
import { grads, sum, type Tensor2D, tensor2d, type Variable } from '@tensorflow/tfjs-core';
import { expectClose, expectNoLeak, sequenceOf } from 'testing';
import { describe, expect, it } from 'vitest';
import { expectThrows } from '../testing/expect-throws';
import { each, product, type Row } from '../testing/float64';
import { ClockworkRNNCell, type ClockworkRNNCellOptions } from './clockwork-rnn-cell';

/** A cell of six units for inputs three wide, its weights all different, and one step of it in float64. */
function drawn(options: ClockworkRNNCellOptions) {
  const cell = new ClockworkRNNCell(6, { ...options, inputSize: 3 });
  const sizes = { kernel: [3, 6], recurrent_kernel: [6, 6], bias: [6] } as const;
  const values = Object.entries(sizes).map(([name, shape], k) => {
    const data = sequenceOf(
      shape.reduce<number>((a, b) => a * b, 1),
      k,
    );
    return [`clockwork_rnn_cell/${name}`, { shape, data }] as const;
  });
  cell.setWeights(Object.fromEntries(values));
  const [kernel = [], recurrent = [], bias = []] = values.map(([, { data }]) => data);
  const { periods, firstStep = 0 } = options;
  const periodOf = (unit: number) => periods[Math.floor((unit * periods.length) / 6)] as number;
  const masked = recurrent.map((w, n) => (periodOf(Math.floor(n / 6)) >= periodOf(n % 6) ? w : 0));
  const step = (x: Row, h: Row, t: number): Row => {
    const fresh = each((a, b, c) => Math.tanh(a + b + c), product(x, kernel), product(h, masked), bias);
    return fresh.map((value, unit) => ((t + firstStep) % periodOf(unit) === 0 ? value : (h[unit] as number)));
  };
  return { cell, step };
}

describe('ClockworkRNNCell', () => {
  it.each<ClockworkRNNCellOptions>([
    { periods: [1, 2, 4] },
    { periods: [1, 2, 4], firstStep: 1 },
    { periods: [2, 3], firstStep: 5 },
    { periods: [1] },
  ])('is its equations over eight steps with %o', (options) => {
    const { cell, step } = drawn(options);
    let state = cell.zeroState(1);
    let h: Row = new Array(6).fill(0);
    for (let t = 0; t < 8; t++) {
      const x = sequenceOf(3, 10 + t);
      const [output, next] = cell.call(tensor2d(x, [1, 3]), state);
      h = step(x, h, t);
      expectClose(output, h);
      expectClose(next[1], [t + 1]);
      state = next;
    }
  });

  it('counts the steps of each row apart', () => {
    const { cell, step } = drawn({ periods: [1, 2, 3] });
    const [x, h] = [sequenceOf(9, 1), sequenceOf(18, 2)];
    const counts = [0, 3, 4];
    const [output] = cell.call(tensor2d(x, [3, 3]), [tensor2d(h, [3, 6]), tensor2d(counts, [3, 1])]);
    const want = counts.flatMap((t, b) => step(x.slice(3 * b, 3 * b + 3), h.slice(6 * b, 6 * b + 6), t));
    expectClose(output, want);
  });

  it('gives masked weights, and the weights of modules that rest, a gradient of 0', () => {
    const { cell } = drawn({ periods: [1, 2], firstStep: 1 });
    const x = tensor2d(sequenceOf(3, 1), [1, 3]);
    const h = tensor2d(sequenceOf(6, 2), [1, 6]);
    const t = cell.zeroState(1)[1];
    const variables = [...cell.variables.values()] as Variable[];
    const gradient = grads((x, h) => sum(cell.call(x as Tensor2D, [h as Tensor2D, t])[0]));
    const [, ofState] = gradient([x, h]) as [Tensor2D, Tensor2D];
    expect(
      ofState
        .dataSync()
        .slice(3)
        .every((value) => value !== 0),
    ).toBe(true);
    const ofWeights = grads(() => sum(cell.call(x, [h, t])[0]))(variables);
    const recurrent = ofWeights[1]?.dataSync() as Float32Array;
    // Step 1: the first module runs and hears both, the second rests.
    for (const [n, value] of recurrent.entries()) expect(value !== 0, `weight ${n}`).toBe(n % 6 < 3);
    const atZero = drawn({ periods: [1, 2] }).cell;
    const all = grads(() => sum(atZero.call(x, [h, t])[0]))([...atZero.variables.values()])[1]?.dataSync();
    // Step 0: both run; the second does not hear the first, which is faster.
    for (const [n, value] of (all ?? []).entries())
      expect(value !== 0, `weight ${n}`).toBe(!(Math.floor(n / 6) < 3 && n % 6 >= 3));
    expectNoLeak(() => gradient([x, h]));
    expectNoLeak(() => cell.call(x, [h, t]));
  });

  it('has a state of its units and its count', () => {
    const cell = new ClockworkRNNCell(4, { periods: [1, 2], name: 'clock', inputSize: 3 });
    expect([cell.stateSize, cell.outputSize]).toEqual([[4, 1], 4]);
    expect([...cell.variables].map(([name, { shape }]) => [name, shape])).toEqual([
      ['clock/kernel', [3, 4]],
      ['clock/recurrent_kernel', [4, 4]],
      ['clock/bias', [4]],
    ]);
  });

  it('refuses periods that do not grow, and units that they do not divide', () => {
    const bad: [() => unknown, string][] = [
      [
        () => new ClockworkRNNCell(4, {} as never),
        'ClockworkRNNCell: expected periods to be an array of at least one, got undefined',
      ],
      [
        () => new ClockworkRNNCell(4, { periods: [1, 0] }),
        'ClockworkRNNCell: expected periods[1] to be a positive integer, got 0',
      ],
      [
        () => new ClockworkRNNCell(4, { periods: [2, 2] }),
        'ClockworkRNNCell: expected periods each longer than the one before, got [2, 2]',
      ],
      [
        () => new ClockworkRNNCell(4, { periods: [1, 2, 4] }),
        'ClockworkRNNCell: expected numUnits to be a multiple of the number of periods, 3, got 4',
      ],
      [
        () => new ClockworkRNNCell(4, { periods: [1, 2], firstStep: 0.5 }),
        'ClockworkRNNCell: expected firstStep to be a whole number, got 0.5',
      ],
    ];
    for (const [call, text] of bad) expectThrows(call, text);
  });
});
