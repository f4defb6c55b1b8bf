import { concat, type Tensor2D, tensor2d } from '@tensorflow/tfjs-core';
import { expectClose, expectNoLeak, sequenceOf } from 'testing';
import { describe, expect, it } from 'vitest';
import { Conv2DLSTMCell } from '../contrib/conv-2d-lstm-cell';
import { BasicLSTMCell } from '../core/basic-lstm-cell';
import { BasicRNNCell } from '../core/basic-rnn-cell';
import { GRUCell } from '../core/gru-cell';
import { LSTMCell } from '../core/lstm-cell';
import { LSTMStateTuple } from '../state';
import { TensorShape } from '../tensor-shape';
import { checkStep, randomShapes } from '../testing/check-step';
import { expectThrows } from '../testing/expect-throws';
import { each, plus, product, type Row } from '../testing/float64';
import { countingCell } from '../testing/plain-cells';
import { VariableStore } from '../weights/variable-store';
import { DropoutWrapper } from './dropout-wrapper';
import { MultiRNNCell } from './multi-rnn-cell';
import { ResidualWrapper } from './residual-wrapper';

const matrix = (rows: number, columns: number, seed: number): Tensor2D =>
  tensor2d(sequenceOf(rows * columns, seed), [rows, columns]);
const untyped = (value: unknown) => value as never;

describe('MultiRNNCell', () => {
  it('gives the output of each layer to the next, and a state for each', () => {
    const [lstm, gru] = [new LSTMCell(2), new GRUCell(3)];
    const cell = new MultiRNNCell([lstm, gru]);
    expect([cell.stateSize, cell.outputSize]).toEqual([[new LSTMStateTuple(2, 2), 3], 3]);
    const x = matrix(4, 5, 1);
    const low = new LSTMStateTuple(matrix(4, 2, 2), matrix(4, 2, 3));
    const high = matrix(4, 3, 4);
    const [output, [nextLow, nextHigh]] = cell.call(x, [low, high]);
    const [middle, wantLow] = lstm.call(x, low);
    const [top, wantHigh] = gru.call(middle, high);
    expectClose(output, top.dataSync());
    expectClose(nextLow.c, wantLow.c.dataSync());
    expectClose(nextLow.h, wantLow.h.dataSync());
    expectClose(nextHigh, wantHigh.dataSync());
  });

  it.each(randomShapes)(
    'is its layers one after the other for %o, and so are its gradients',
    ({ numUnits, ...shape }) => {
      checkStep(new MultiRNNCell([new BasicRNNCell(numUnits), new BasicRNNCell(2)]), shape, (x, states, weights) => {
        const layer = (k: number, inputs: Row): Row => {
          const weight = (name: string) => weights[`multi_rnn_cell/cell_${k}/basic_rnn_cell/${name}`] ?? [];
          return each(plus, product([...inputs, ...(states[k] ?? [])], weight('kernel')), weight('bias')).map(
            Math.tanh,
          );
        };
        const low = layer(0, x);
        const high = layer(1, low);
        return { output: high, state: [low, high] };
      });
    },
  );

  it('names the variables after their layers, in their order', () => {
    const cell = new MultiRNNCell([new BasicLSTMCell(2), new GRUCell(3)]);
    expect(cell.variables.size).toBe(0);
    cell.build(4, { scope: 'rnn' });
    expect([...cell.variables].map(([name, { shape }]) => [name, shape])).toEqual([
      ['rnn/multi_rnn_cell/cell_0/basic_lstm_cell/kernel', [6, 8]],
      ['rnn/multi_rnn_cell/cell_0/basic_lstm_cell/bias', [8]],
      ['rnn/multi_rnn_cell/cell_1/gru_cell/gates/kernel', [5, 6]],
      ['rnn/multi_rnn_cell/cell_1/gru_cell/gates/bias', [6]],
      ['rnn/multi_rnn_cell/cell_1/gru_cell/candidate/kernel', [5, 3]],
      ['rnn/multi_rnn_cell/cell_1/gru_cell/candidate/bias', [3]],
    ]);
  });

  it('has zero states of its layers', () => {
    const [first, second] = new MultiRNNCell([new LSTMCell(2, { numProj: 1 }), new GRUCell(3)]).zeroState(4);
    expect([first.c.shape, first.h.shape, second.shape]).toEqual([
      [4, 2],
      [4, 1],
      [4, 3],
    ]);
  });

  it('holds all states in one tensor with stateIsTuple: false, the first layer first', () => {
    const layers = [new LSTMCell(2, { stateIsTuple: false }), new GRUCell(3)] as const;
    const joined = new MultiRNNCell(layers, { stateIsTuple: false });
    const apart = new MultiRNNCell(layers);
    expect(joined.stateSize).toBe(7);
    expect(joined.zeroState(4).shape).toEqual([4, 7]);
    const [x, low, high] = [matrix(4, 5, 1), matrix(4, 4, 2), matrix(4, 3, 3)];
    const [output, state] = joined.call(x, concat([low, high], 1));
    const [wantOutput, wantState] = apart.call(x, [low, high]);
    expectClose(output, wantOutput.dataSync());
    expectClose(state, concat([...wantState], 1).dataSync());
  });

  it('runs the cells of others, which name no weights', () => {
    const cell = new MultiRNNCell([countingCell(2), new BasicRNNCell(3), countingCell(3)]);
    const x = matrix(4, 2, 1);
    const [output, [low, , high]] = cell.call(x, cell.zeroState(4));
    expect(output.shape).toEqual([4, 3]);
    expectClose(low, new Array(8).fill(1));
    expectClose(high, new Array(12).fill(1));
    expect([...cell.variables.keys()]).toEqual([
      'multi_rnn_cell/cell_1/basic_rnn_cell/kernel',
      'multi_rnn_cell/cell_1/basic_rnn_cell/bias',
    ]);
    cell.dispose();
    expect(cell.variables.size).toBe(0);
  });

  it('gives and takes the weights of all layers, and frees them', async () => {
    const make = () => new MultiRNNCell([new LSTMCell(2), new GRUCell(3)]);
    const [cell, copy] = [make(), make()];
    cell.build(5);
    copy.build(5);
    copy.setWeights(await cell.getWeights());
    const [x, state] = [matrix(4, 5, 1), cell.zeroState(4)];
    expect(copy.call(x, state)[0].dataSync()).toEqual(cell.call(x, state)[0].dataSync());
    expectNoLeak(() => {
      const other = make();
      other.build(5);
      other.dispose();
    });
  });

  it('leaves as many tensors as it found', () => {
    const cell = new MultiRNNCell([new LSTMCell(2), new ResidualWrapper(new GRUCell(2))]);
    cell.build(3);
    const [x, state] = [matrix(4, 3, 1), cell.zeroState(4)];
    expectNoLeak(() => cell.call(x, state));
    expectNoLeak(() => cell.zeroState(4));
    expectNoLeak(() => cell.build(3));
  });

  it('takes back the layers it built when a later one cannot be built', () => {
    const store = new VariableStore();
    for (const options of [{}, { store }]) {
      const [below, above] = [new LSTMCell(2, options), new GRUCell(3, { inputSize: 5 })];
      const cell = new MultiRNNCell([below, above]);
      const [x, state] = [matrix(4, 3, 1), cell.zeroState(4)];
      const text =
        'GRUCell.build: expected inputSize 5, for which the weights were made, got 2. A cell has one input size; make another cell for the other inputs.';
      expectThrows(() => cell.build(3), text);
      expectThrows(() => cell.call(x, state), text);
      expect([below.variables.size, below.inputSize, store.variables.size]).toEqual([0, undefined, 0]);
      expect(above.variables.size).toBe(4);
    }
  });

  it('takes back the weights of all layers when a layer throws at the first call', () => {
    const broken = countingCell(2);
    const cell = new MultiRNNCell([
      new LSTMCell(2),
      {
        ...broken,
        call: () => {
          throw new Error('this cell is broken');
        },
      },
    ]);
    const [x, state] = [matrix(4, 3, 1), cell.zeroState(4)];
    expectThrows(() => cell.call(x, state as never), 'this cell is broken');
    expect(cell.variables.size).toBe(0);
  });

  it('refuses the same instance twice, and says what to do', () => {
    const cell = new LSTMCell(128);
    expectThrows(
      () => new MultiRNNCell([cell, new LSTMCell(128), cell]),
      'MultiRNNCell: expected a different instance for each layer, got the same one as layer 0 and 2. Layers that are one instance share their weights; make a new cell for each: [128, 128].map((units) => new LSTMCell(units)).',
    );
  });

  it('refuses two cells whose variables have one name', () => {
    const cell = new MultiRNNCell([new LSTMCell(2, { inputSize: 2 }), new LSTMCell(2, { inputSize: 2 })]);
    expectThrows(
      () => cell.build(2),
      'MultiRNNCell.build: expected cells whose variables differ in name, got two variables lstm_cell/kernel. Give each cell a name, or leave out inputSize: then each is named after its place.',
    );
    const store = new VariableStore();
    const shared = [0, 1].map(() => new LSTMCell(2, { inputSize: 2, store, reuse: 'auto' }));
    const sharing = new MultiRNNCell(shared);
    sharing.build(2);
    expect(sharing.variables.size).toBe(2);
  });

  it('refuses what are no cells', () => {
    const cell = new GRUCell(2);
    const bad: [unknown, string][] = [
      [[], 'MultiRNNCell: expected at least one cell, got none'],
      [undefined, 'MultiRNNCell: expected an array of cells, got undefined'],
      [cell, 'MultiRNNCell: expected an array of cells, got an object that is no tensor'],
      [
        [cell, undefined],
        'MultiRNNCell: expected cells[1] to be a cell, with call, stateSize and outputSize, got undefined',
      ],
      [
        [cell, { stateSize: 1, outputSize: 1 }],
        'MultiRNNCell: expected cells[1] to be a cell, with call, stateSize and outputSize, got an object without call',
      ],
      [
        [{ call: () => {}, stateSize: 1 }],
        'MultiRNNCell: expected cells[0] to be a cell, with call, stateSize and outputSize, got an object without outputSize',
      ],
    ];
    for (const [cells, text] of bad) expectThrows(() => new MultiRNNCell(untyped(cells)), text);
    expectThrows(
      () => new MultiRNNCell([new LSTMCell(2)], { stateIsTuple: false }),
      'MultiRNNCell: expected cells whose state is one tensor, with stateIsTuple: false, got a cell with a tuple. Give the cells stateIsTuple: false too.',
    );
  });

  it('names the structure of the state that it expects', () => {
    const cell = new MultiRNNCell([new LSTMCell(2), new GRUCell(3)]);
    const [x, state, half] = [matrix(4, 5, 1), matrix(4, 7, 2), new LSTMCell(2).zeroState(4)];
    const expected = '(LSTMStateTuple(c=[4, 2], h=[4, 2]), [4, 3])';
    expectThrows(
      () => cell.call(x, untyped(state)),
      `MultiRNNCell.call: expected state to have shape ${expected}, got [4, 7]`,
    );
    expectThrows(
      () => cell.call(x, untyped([half])),
      `MultiRNNCell.call: expected state to have shape ${expected}, got (LSTMStateTuple(c=[4, 2], h=[4, 2]))`,
    );
    expectThrows(
      () => cell.call(untyped([1]), untyped([half, x])),
      'MultiRNNCell.call: expected inputs to be a tensor [B, D], got an array',
    );
  });

  it('refuses layers of which one gives what the next does not take', () => {
    const image = (channels: number, outputChannels: number) =>
      new Conv2DLSTMCell({ inputShape: [4, 5, channels], outputChannels, kernelShape: [3, 3] });
    expectThrows(
      () => new MultiRNNCell([image(3, 2), image(3, 2)]),
      'MultiRNNCell: expected cells[1] to take [B, 4, 5, 2], which cells[0] gives, got one that takes [B, 4, 5, 3]',
    );
    expectThrows(
      () => new MultiRNNCell([image(3, 2), new GRUCell(3)]),
      'MultiRNNCell: expected cells[1] to take [B, 4, 5, 2], which cells[0] gives, got one that takes [B, D]',
    );
    expectThrows(
      () => new MultiRNNCell([new GRUCell(3), image(3, 2)]),
      'MultiRNNCell: expected cells[1] to take [B, 3], which cells[0] gives, got one that takes [B, 4, 5, 3]',
    );
    const cell = new MultiRNNCell([image(3, 2), image(2, 3)]);
    const [row, state] = [matrix(2, 3, 1), cell.zeroState(2)];
    expectThrows(
      () => cell.call(untyped(row), state),
      'MultiRNNCell.call: expected inputs to have shape [B, 4, 5, 3], got [2, 3]',
    );
    expect(cell.outputSize).toEqual(new TensorShape([4, 5, 3]));
  });

  it('draws for a sequence where one of its cells does', () => {
    const plain = new MultiRNNCell([new GRUCell(2), new GRUCell(3)]);
    expect(plain.forSequence(4, 5)).toBe(plain);
    const dropping = new DropoutWrapper(new GRUCell(2), { outputKeepProb: 0.5, variationalRecurrent: true, seed: 1 });
    const cell = new MultiRNNCell([dropping, countingCell(2)]);
    cell.build(5);
    const drawn = cell.forSequence(4, 5);
    const [x, state] = [matrix(4, 5, 1), cell.zeroState(4)];
    const [first, second] = [drawn.call(x, state)[0], drawn.call(x, state)[0]];
    expect(second.dataSync()).toEqual(first.dataSync());
  });

  it('evaluates layers that wrap one cell, which share its weights', () => {
    const shared = new GRUCell(3, { inputSize: 3 });
    const dropped = () => new DropoutWrapper(shared, { inputKeepProb: 0.5 });
    const evaluated = new MultiRNNCell([dropped(), dropped()]).forSequence(2, 3, { training: false });
    const x = matrix(2, 3, 1);
    const zero = shared.zeroState(2);
    const [output] = evaluated.call(x, [zero, zero]);
    expectClose(output, shared.call(shared.call(x, zero)[0], zero)[0].dataSync());
  });
});
