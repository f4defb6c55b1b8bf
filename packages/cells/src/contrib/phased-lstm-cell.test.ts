import '@rnn/cells/gradients';
import { add, grads, mul, sum, type Tensor2D, tensor2d, type Variable } from '@tensorflow/tfjs-core';
import { centralDifferences, expectClose, expectNoLeak, sequenceOf } from 'testing';
import { describe, expect, it } from 'vitest';
import { LSTMStateTuple } from '../state';
import { expectThrows } from '../testing/expect-throws';
import { cut, each, plus, product, type Row, sigmoid } from '../testing/float64';
import { PhasedLSTMCell, type PhasedLSTMCellOptions } from './phased-lstm-cell';

const [H, D, B] = [3, 2, 4];
/** Four times at which units are opening, closing and closed, before 0 too. */
const times = [0.3, 2.1, 7.6, -4.2];
const rhythm: Readonly<Record<string, Row>> = {
  period: [4, 2.5, 5.5],
  phase: [0.25, 0.5, 1.5],
  ratio_on: [0.5, 0.75, 0.625],
};

/** A cell with weights that are all different, its inputs and state, and a float64 step of all of them. */
function drawn(options: PhasedLSTMCellOptions) {
  const cell = new PhasedLSTMCell(H, { ...options, inputSize: 1 + D });
  const shortNames = [...cell.variables.keys()].map((name) => name.slice('phased_lstm_cell/'.length));
  const weights = [...cell.variables.values()].map(
    ({ size }, k) => rhythm[shortNames[k] as string] ?? sequenceOf(size, 20 + k),
  );
  const named = [...cell.variables].map(([name, { shape }], k) => [name, { shape, data: weights[k] as number[] }]);
  cell.setWeights(Object.fromEntries(named));
  const features = sequenceOf(B * D, 1);
  const inputs = times.flatMap((time, b) => [time, ...features.slice(b * D, (b + 1) * D)]);
  const [c, h] = [sequenceOf(B * H, 2), sequenceOf(B * H, 3)];

  /** New c and new h. The whole cycles that lie behind are those of the drawn numbers, since no gradient passes to them. */
  const reference = (all: readonly Row[]): [Row, Row] => {
    const [inputs = [], c = [], h = [], ...values] = all;
    const weight = (name: string): Row => values[shortNames.indexOf(name)] as Row;
    const dense = (v: Row, name: string): Row =>
      each(plus, product(v, weight(`${name}/kernel`)), weight(`${name}/bias`));
    const rows = times.map((drawnTime, b) => {
      const [time = 0, ...x] = inputs.slice(b * (1 + D), (b + 1) * (1 + D));
      const [oldC = [], oldH = []] = [c, h].map((part) => part.slice(b * H, (b + 1) * H));
      const peep = (cell: Row): Row => (options.usePeepholes ? cell : []);
      const [i = [], f = []] = cut(dense([...x, ...oldH, ...peep(oldC)], 'mask_gates').map(sigmoid), 2);
      const fresh = dense([...x, ...oldH], 'new_input').map(Math.tanh);
      const openC = each((c, f, i, n) => c * f + i * n, oldC, f, i, fresh);
      const o = dense([...x, ...oldH, ...peep(openC)], 'output_gate').map(sigmoid);
      const openH = each((c, o) => Math.tanh(c) * o, openC, o);
      const whole = each((p, s) => p * Math.floor((drawnTime - s) / p), rhythm.period as Row, rhythm.phase as Row);
      const k = each(
        (p, s, r, whole) => {
          const cycle = (time - s - whole) / p;
          if (cycle < r / 2) return (2 * cycle) / r;
          return cycle < r ? 2 - (2 * cycle) / r : (options.leak ?? 0.001) * cycle;
        },
        ...([weight('period'), weight('phase'), weight('ratio_on'), whole] as const),
      );
      const mix = (open: Row, old: Row): Row => each((k, open, old) => k * open + (1 - k) * old, k, open, old);
      return [mix(openC, oldC), mix(openH, oldH)] as const;
    });
    return [rows.flatMap(([newC]) => newC), rows.flatMap(([, newH]) => newH)];
  };
  return { cell, points: [inputs, c, h, ...weights], reference };
}

const tensors = ([inputs, c, h]: readonly Row[]) =>
  [
    tensor2d([...(inputs as Row)], [B, 1 + D]),
    tensor2d([...(c as Row)], [B, H]),
    tensor2d([...(h as Row)], [B, H]),
  ] as const;

describe('PhasedLSTMCell', () => {
  const some: PhasedLSTMCellOptions[] = [{}, { usePeepholes: true, leak: 0.25 }];

  it.each(some)('is one step of its equations with %o', (options) => {
    const { cell, points, reference } = drawn(options);
    const [x, c, h] = tensors(points);
    const [output, next] = cell.call(x, new LSTMStateTuple(c, h));
    const [wantC, wantH] = reference(points);
    expectClose(next.c, wantC);
    expectClose(next.h, wantH);
    expect(output).toBe(next.h);
    expectNoLeak(() => cell.call(x, new LSTMStateTuple(c, h)));
  });

  it.each(some)('has the gradients of TensorFlow with %o: none of the modulo to the period', (options) => {
    const { cell, points, reference } = drawn(options);
    const shares = [sequenceOf(B * H, 50), sequenceOf(B * H, 51)] as const;
    const inputs = tensors(points);
    const variables = [...cell.variables.values()] as Variable[];
    const gradients = grads((x, c, h) => {
      const [, next] = cell.call(x as Tensor2D, new LSTMStateTuple(c as Tensor2D, h as Tensor2D));
      const sharesOf = (k: 0 | 1) => tensor2d([...shares[k]], [B, H]);
      return sum(add(mul(next.c, sharesOf(0)), mul(next.h, sharesOf(1))));
    })([...inputs, ...variables]);
    const lossOf = (all: readonly Row[]): number =>
      reference(all)
        .flatMap((part, k) => each((value, share) => value * share, part, shares[k] as Row))
        .reduce(plus);
    for (const [k, gradient] of gradients.entries()) {
      const slopes = centralDifferences(
        (moved) => lossOf(points.map((point, n) => (n === k ? [...moved] : point))),
        points[k] as Row,
        1 / 1024,
      );
      expectClose(gradient, slopes, 1e-4);
    }
  });

  it('makes its weights with the names, shapes and order of TensorFlow', () => {
    const { variables } = new PhasedLSTMCell(3, { usePeepholes: true, inputSize: 5 });
    expect([...variables].map(([name, { shape }]) => [name, shape])).toEqual([
      ['phased_lstm_cell/mask_gates/kernel', [10, 6]],
      ['phased_lstm_cell/mask_gates/bias', [6]],
      ['phased_lstm_cell/new_input/kernel', [7, 3]],
      ['phased_lstm_cell/new_input/bias', [3]],
      ['phased_lstm_cell/output_gate/kernel', [10, 3]],
      ['phased_lstm_cell/output_gate/bias', [3]],
      ['phased_lstm_cell/period', [3]],
      ['phased_lstm_cell/phase', [3]],
      ['phased_lstm_cell/ratio_on', [3]],
    ]);
  });

  it('begins with periods between the two given, phases within them, and the share given, trained or not', () => {
    const options = { periodInitMin: 2, periodInitMax: 50, ratioOn: 0.25, trainableRatioOn: false, inputSize: 2 };
    const cell = new PhasedLSTMCell(200, options);
    const of = (name: string) => cell.variables.get(`phased_lstm_cell/${name}`) as Variable;
    const [periods, phases] = [of('period').dataSync(), of('phase').dataSync()];
    expect([Math.min(...periods) >= 2, Math.max(...periods) <= 50, Math.min(...phases) >= 0]).toEqual([
      true,
      true,
      true,
    ]);
    // The logarithms are uniform: half of the periods lie below √(2 · 50) = 10.
    expect(Math.abs(periods.filter((period) => period < 10).length - 100)).toBeLessThan(30);
    for (const [n, phase] of phases.entries()) expect(phase).toBeLessThan(periods[n] as number);
    expect(Math.max(...phases)).toBeGreaterThan(10);
    expect([...new Set(of('ratio_on').dataSync())]).toEqual([0.25]);
    expect([of('ratio_on').trainable, of('period').trainable]).toEqual([false, true]);
  });

  it('refuses inputs with nothing but a time, and a rhythm that is none', () => {
    const bad: [() => unknown, string][] = [
      [
        () => new PhasedLSTMCell(3, { inputSize: 1 }),
        'PhasedLSTMCell.build: expected inputSize of at least 2, the time and what came then, got 1',
      ],
      [
        () => new PhasedLSTMCell(3, { ratioOn: 0 }),
        'PhasedLSTMCell: expected ratioOn to be above 0 and at most 1, got 0',
      ],
      [
        () => new PhasedLSTMCell(3, { periodInitMin: 0 }),
        'PhasedLSTMCell: expected periodInitMin to be above 0 and at most periodInitMax, 1000, got 0',
      ],
      [
        () => new PhasedLSTMCell(3, { leak: Number.NaN }),
        'PhasedLSTMCell: expected leak to be a finite number, got NaN',
      ],
    ];
    for (const [call, text] of bad) expectThrows(call, text);
  });
});
