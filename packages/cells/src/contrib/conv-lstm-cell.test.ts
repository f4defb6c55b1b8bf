import { type Rank, zeros } from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { LSTMStateTuple } from '../state';
import { TensorShape } from '../tensor-shape';
import { checkStep, type RowStep } from '../testing/check-step';
import { expectThrows } from '../testing/expect-throws';
import { sigmoid } from '../testing/float64';
import { Conv1DLSTMCell } from './conv-1d-lstm-cell';
import { Conv2DLSTMCell } from './conv-2d-lstm-cell';
import { Conv3DLSTMCell } from './conv-3d-lstm-cell';
import { ConvLSTMCell, type ConvLSTMCellOptions } from './conv-lstm-cell';

/** Every index into an array of this shape, row-major. */
const indices = ([n, ...others]: readonly number[]): number[][] =>
  n === undefined ? [[]] : Array.from({ length: n }, (_, k) => indices(others).map((rest) => [k, ...rest])).flat();

/** Where an index lies in an array of this shape. */
const position = (index: readonly number[], shape: readonly number[]): number =>
  index.reduce((at, k, axis) => at * (shape[axis] as number) + k, 0);

/** The equations, place by place and channel by channel. */
const stepWith =
  ({ inputShape, outputChannels: H, kernelShape, skipConnection, forgetBias = 1 }: ConvLSTMCellOptions): RowStep =>
  (x, [c = [], h = []], { kernel = [], biases }) => {
    const places = inputShape.slice(0, -1);
    const C = inputShape.at(-1) as number;
    /** What is seen at a place, of the C channels of x and then the H of h; nothing beyond the edges. */
    const seen = (place: readonly number[], channel: number): number => {
      if (place.some((p, axis) => p < 0 || p >= (places[axis] as number))) return 0;
      const at = position(place, places);
      return (channel < C ? x[at * C + channel] : h[at * H + channel - C]) as number;
    };
    const gate = (place: readonly number[], n: number): number => {
      let total = biases?.[n] ?? 0;
      for (const offset of indices(kernelShape)) {
        const there = place.map(
          (p, axis) => p + (offset[axis] as number) - Math.floor(((kernelShape[axis] as number) - 1) / 2),
        );
        for (let channel = 0; channel < C + H; channel++) {
          const weight = position([...offset, channel, n], [...kernelShape, C + H, 4 * H]);
          total += seen(there, channel) * (kernel[weight] as number);
        }
      }
      return total;
    };
    const [newC, newH, output]: [number[], number[], number[]] = [[], [], []];
    for (const [at, place] of indices(places).entries()) {
      for (let n = 0; n < H; n++) {
        const [i = 0, j = 0, f = 0, o = 0] = [0, 1, 2, 3].map((part) => gate(place, part * H + n));
        newC.push(sigmoid(f + forgetBias) * (c[at * H + n] as number) + sigmoid(i) * Math.tanh(j));
        newH.push(Math.tanh(newC.at(-1) as number) * sigmoid(o));
        output.push(newH.at(-1) as number);
      }
      if (skipConnection) output.push(...x.slice(at * C, (at + 1) * C));
    }
    return { output, state: [newC, newH] };
  };

/** Kernels of even and odd sizes, in images whose sides differ. */
const lengths: ConvLSTMCellOptions[] = [
  { inputShape: [4, 2], outputChannels: 2, kernelShape: [3] },
  { inputShape: [4, 1], outputChannels: 2, kernelShape: [4], skipConnection: true, forgetBias: 0.25 },
  { inputShape: [3, 2], outputChannels: 1, kernelShape: [1], useBias: false },
];
const images: ConvLSTMCellOptions[] = [
  { inputShape: [2, 3, 2], outputChannels: 2, kernelShape: [3, 2] },
  { inputShape: [2, 3, 1], outputChannels: 2, kernelShape: [1, 3], useBias: false, skipConnection: true },
];
const volumes: ConvLSTMCellOptions[] = [
  { inputShape: [2, 3, 2, 2], outputChannels: 1, kernelShape: [3, 2, 1] },
  { inputShape: [1, 2, 2, 1], outputChannels: 2, kernelShape: [1, 2, 3], skipConnection: true, forgetBias: 0 },
];

describe('ConvLSTMCell', () => {
  const shapeOf = ({ inputShape }: ConvLSTMCellOptions) => ({ inputSize: new TensorShape(inputShape), batchSize: 2 });

  it.each(lengths)('is one step of its equations over one axis with %o, and so are its gradients', (options) => {
    checkStep(new Conv1DLSTMCell(options), shapeOf(options), stepWith(options));
    checkStep(new ConvLSTMCell(1, options), shapeOf(options), stepWith(options));
  });

  it.each(images)('is one step of its equations over two axes with %o, and so are its gradients', (options) => {
    checkStep(new Conv2DLSTMCell(options), shapeOf(options), stepWith(options));
  });

  it.each(volumes)('is one step of its equations over three axes with %o, and so are its gradients', (options) => {
    checkStep(new Conv3DLSTMCell(options), shapeOf(options), stepWith(options));
  });

  it('makes its weights with the names, shapes and order of TensorFlow', () => {
    const options = { outputChannels: 4 };
    const cells = [
      new Conv1DLSTMCell({ ...options, inputShape: [8, 3], kernelShape: [2] }),
      new Conv2DLSTMCell({ ...options, inputShape: [8, 7, 3], kernelShape: [2, 5] }),
      new Conv3DLSTMCell({ ...options, inputShape: [8, 7, 6, 3], kernelShape: [2, 5, 1] }),
      new ConvLSTMCell(2, { ...options, inputShape: [8, 7, 3], kernelShape: [2, 5], useBias: false }),
      new Conv1DLSTMCell({ ...options, inputShape: [8, 3], kernelShape: [2], name: 'mine' }),
    ];
    const made = cells.map((cell) => {
      cell.build(cell.inputShape as never, { scope: 'rnn' });
      return [...cell.variables].map(([name, { shape }]) => [name, shape]);
    });
    expect(made).toEqual([
      [
        ['rnn/conv_1d_lstm_cell/kernel', [2, 7, 16]],
        ['rnn/conv_1d_lstm_cell/biases', [16]],
      ],
      [
        ['rnn/conv_2d_lstm_cell/kernel', [2, 5, 7, 16]],
        ['rnn/conv_2d_lstm_cell/biases', [16]],
      ],
      [
        ['rnn/conv_3d_lstm_cell/kernel', [2, 5, 1, 7, 16]],
        ['rnn/conv_3d_lstm_cell/biases', [16]],
      ],
      [['rnn/conv_lstm_cell/kernel', [2, 5, 7, 16]]],
      [
        ['rnn/mine/kernel', [2, 7, 16]],
        ['rnn/mine/biases', [16]],
      ],
    ]);
  });

  it("starts with biases of 0 and a kernel of Glorot's range, whose fans count the places of the kernel", () => {
    const cell = new Conv2DLSTMCell({ inputShape: [4, 4, 6], outputChannels: 2, kernelShape: [3, 5] });
    cell.build(cell.inputShape);
    const [kernel, biases] = cell.variables.values();
    expect(new Set(biases?.dataSync())).toEqual(new Set([0]));
    const largest = Math.max(...(kernel?.dataSync() ?? []).map(Math.abs));
    const limit = Math.sqrt(6 / (3 * 5 * (6 + 2 + 4 * 2)));
    expect(largest).toBeLessThanOrEqual(limit);
    expect(largest).toBeGreaterThan(0.97 * limit);
  });

  it('says its shapes', () => {
    const options = { inputShape: [5, 4, 3], outputChannels: 2, kernelShape: [1, 1] };
    const cell = new Conv2DLSTMCell(options);
    const shape = new TensorShape([5, 4, 2]);
    expect([cell.inputShape, cell.stateSize, cell.outputSize]).toEqual([
      new TensorShape([5, 4, 3]),
      new LSTMStateTuple(shape, shape),
      shape,
    ]);
    expect(new Conv2DLSTMCell({ ...options, skipConnection: true }).outputSize).toEqual(new TensorShape([5, 4, 5]));
    const { c, h } = cell.zeroState(7);
    expect([c.shape, h.shape]).toEqual([
      [7, 5, 4, 2],
      [7, 5, 4, 2],
    ]);
  });

  it('refuses shapes of another number of axes, and inputs and states of other shapes', () => {
    const good = { inputShape: [5, 4, 3], outputChannels: 2, kernelShape: [3, 3] };
    const cell = new Conv2DLSTMCell(good);
    const state = cell.zeroState(2);
    const other = cell.zeroState(3);
    const [x, short] = [zeros<Rank.R4>([2, 5, 4, 3]), zeros<Rank.R4>([2, 5, 3, 3])];
    const where = 'Conv2DLSTMCell: expected';
    const bad: [() => unknown, string][] = [
      ...([4, 0, -1, 1.5, '2'] as unknown[]).map((N): [() => unknown, string] => [
        () => new ConvLSTMCell(N as never, good),
        `ConvLSTMCell: expected convNdims to be 1, 2 or 3, got ${N === '2' ? "'2'" : N}`,
      ]),
      [
        () => new ConvLSTMCell({ ...good, convNdims: 2 } as never, undefined as never),
        'ConvLSTMCell: expected convNdims to be 1, 2 or 3, got an object that is no tensor',
      ],
      [() => new ConvLSTMCell(2, undefined as never), 'ConvLSTMCell: expected options to be an object, got undefined'],
      [
        () => new Conv2DLSTMCell({ ...good, inputShape: [5, 4] }),
        `${where} inputShape to be an array of 3 positive integers, got [5, 4]`,
      ],
      [
        () => new Conv2DLSTMCell({ ...good, kernelShape: [3, 0] }),
        `${where} kernelShape to be an array of 2 positive integers, got [3, 0]`,
      ],
      [
        () => new Conv1DLSTMCell({ ...good, inputShape: [5, 4], kernelShape: 3 as never }),
        'Conv1DLSTMCell: expected kernelShape to be an array of 1 positive integer, got 3',
      ],
      [
        () => new Conv2DLSTMCell({ ...good, outputChannels: 0 }),
        `${where} outputChannels to be a positive integer, got 0`,
      ],
      [
        () => new Conv2DLSTMCell({ ...good, forgetBias: Number.NaN }),
        `${where} forgetBias to be a finite number, got NaN`,
      ],
      [
        () => cell.call(short, state),
        'Conv2DLSTMCell.call: expected inputs to have shape [B, 5, 4, 3], got [2, 5, 3, 3]',
      ],
      [
        () => cell.call(x, other),
        'Conv2DLSTMCell.call: expected state to have shape LSTMStateTuple(c=[2, 5, 4, 2], h=[2, 5, 4, 2]), got LSTMStateTuple(c=[3, 5, 4, 2], h=[3, 5, 4, 2])',
      ],
      [
        () => cell.build(new TensorShape([5, 4, 2])),
        'Conv2DLSTMCell.build: expected inputSize [5, 4, 3], got [5, 4, 2]',
      ],
    ];
    for (const [call, text] of bad) expectThrows(call, text);
    expect(cell.variables.size).toBe(0);
  });
});
