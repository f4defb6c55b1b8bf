import {
  add,
  dot,
  reshape,
  type Scalar,
  type Tensor,
  tensor1d,
  type Variable,
  variableGrads,
} from '@tensorflow/tfjs-core';
import { centralDifferences, expectClose, expectNoLeak, sequenceOf } from 'testing';
import { describe, expect, it } from 'vitest';
import { BasicRNNCell } from '../core/basic-rnn-cell';
import { GRUCell } from '../core/gru-cell';
import { LSTMCell } from '../core/lstm-cell';
import { flattenState, LSTMStateTuple } from '../state';
import { TensorShape } from '../tensor-shape';
import { checkStep, type RowStep } from '../testing/check-step';
import { expectThrows } from '../testing/expect-throws';
import { clipped, cut, each, plus, product, type Row, sigmoid } from '../testing/float64';
import { VariableStore } from '../weights/variable-store';
import { NTMCell, type NTMCellOptions } from './ntm-cell';

const softplus = (x: number): number => Math.log1p(Math.exp(x));
const total = (row: Row): number => row.reduce(plus, 0);
const softmax = (row: Row): number[] => row.map((x) => Math.exp(x) / total(row.map(Math.exp)));
const dotted = (a: Row, b: Row): number => total(each((x, y) => x * y, a, b));

/** Where a head looks, of what it is told `[key, strength, gate, shifts, sharpening]`: equations 5 to 9 of the paper, place by place. */
function addressOf(told: Row, memory: readonly Row[], before: Row, R: number): number[] {
  const [M, N] = [(memory[0] as Row).length, memory.length];
  const key = told.slice(0, M).map(Math.tanh);
  const [strength = 0, gate = 0] = told.slice(M, M + 2);
  const shifts = softmax(told.slice(M + 2, M + 2 + 2 * R + 1));
  const gamma = 1 + softplus(told.at(-1) as number);
  const cosine = (row: Row) => dotted(row, key) / (Math.sqrt(dotted(row, row)) * Math.sqrt(dotted(key, key)) + 1e-8);
  const content = softmax(memory.map((row) => softplus(strength) * cosine(row)));
  const gated = each((found, was) => sigmoid(gate) * found + (1 - sigmoid(gate)) * was, content, before);
  const moved = gated.map((_, i) =>
    total(
      gated.map((share, j) => {
        // How far it is from j to i, forward around the ring.
        const way = (i - j + N) % N;
        if (way <= R) return share * (shifts[way] as number);
        return N - way <= R ? share * (shifts[2 * R + 1 - (N - way)] as number) : 0;
      }),
    ),
  );
  const sharp = moved.map((x) => x ** gamma);
  return sharp.map((x) => x / total(sharp));
}

/** The equations, around a `BasicRNNCell`. */
const stepWith =
  ({
    memorySize: N,
    readHeadNum,
    writeHeadNum,
    memoryVectorDim: M,
    shiftRange: R = 1,
    clipValue = 20,
  }: NTMCellOptions): RowStep =>
  (x, [h = [], ...parts], weights) => {
    const of = (name: string) => weights[`ntm_cell/${name}`] ?? [];
    const dense = (v: Row, name: string): number[] =>
      each(plus, product(v, of(`${name}kernel`)), of(`${name}bias`)).map((value) => clipped(value, clipValue));
    const heads = readHeadNum + writeHeadNum;
    const [read, addresses] = [parts.slice(0, readHeadNum), parts.slice(readHeadNum, readHeadNum + heads)];
    const memory = cut(parts.at(-1) as Row, N);
    const joined = [...x, ...read.flat(), ...h];
    const y = each(plus, product(joined, of('basic_rnn_cell/kernel')), of('basic_rnn_cell/bias')).map(Math.tanh);
    const said = dense(y, 'parameters_');
    const perHead = M + 2 * R + 4;
    const newAddresses = addresses.map((before, k) =>
      addressOf(said.slice(k * perHead, (k + 1) * perHead), memory, before, R),
    );
    const newRead = newAddresses.slice(0, readHeadNum).map((shares) =>
      Array.from({ length: M }, (_, m) =>
        dotted(
          shares,
          memory.map((row) => row[m] as number),
        ),
      ),
    );
    let newMemory = memory;
    for (let k = 0; k < writeHeadNum; k++) {
      const erase = said.slice(heads * perHead + 2 * k * M, heads * perHead + (2 * k + 1) * M);
      const fresh = said.slice(heads * perHead + (2 * k + 1) * M, heads * perHead + (2 * k + 2) * M);
      const shares = newAddresses[readHeadNum + k] as Row;
      newMemory = newMemory.map((row, n) =>
        each(
          (old, e, a) => old * (1 - (shares[n] as number) * sigmoid(e)) + (shares[n] as number) * Math.tanh(a),
          row,
          erase,
          fresh,
        ),
      );
    }
    const output = dense([...y, ...newRead.flat()], 'output_');
    return { output, state: [y, ...newRead, ...newAddresses, newMemory.flat()] };
  };

const small: NTMCellOptions = { memorySize: 4, memoryVectorDim: 2, readHeadNum: 1, writeHeadNum: 1 };

describe('NTMCell', () => {
  it.each<NTMCellOptions>([
    small,
    { ...small, outputDim: 4, writeHeadNum: 2, clipValue: 0.7 },
    { memorySize: 5, memoryVectorDim: 3, readHeadNum: 2, writeHeadNum: 1, shiftRange: 2 },
    { memorySize: 3, memoryVectorDim: 1, readHeadNum: 1, writeHeadNum: 1 },
  ])('is one step of its equations with %o, and so are its gradients', (options) => {
    const heads = options.readHeadNum + options.writeHeadNum;
    const first = 1 + options.readHeadNum;
    // Where the heads looked are shares: positive, of every row of the memory.
    const shares = (part: number, drawn: number[]): number[] =>
      part >= first && part < first + heads ? drawn.map((value) => Math.fround(0.3 + 0.25 * value)) : drawn;
    checkStep(new NTMCell(new BasicRNNCell(3), options), { inputSize: 2, batchSize: 2 }, stepWith(options), shares);
  });

  it('makes its weights with the names, shapes and order of TensorFlow', () => {
    const cell = new NTMCell(new LSTMCell(3), {
      ...small,
      memorySize: 5,
      writeHeadNum: 2,
      shiftRange: 2,
      outputDim: 6,
    });
    cell.build(7, { scope: 'rnn' });
    expect([...cell.variables].map(([name, { shape }]) => [name, shape])).toEqual([
      ['rnn/ntm_cell/parameters_kernel', [3, 3 * (2 + 2 * 2 + 4) + 2 * 2 * 2]],
      ['rnn/ntm_cell/parameters_bias', [38]],
      ['rnn/ntm_cell/output_kernel', [3 + 2, 6]],
      ['rnn/ntm_cell/output_bias', [6]],
      ['rnn/ntm_cell/initial_read_vector_0', [1, 2]],
      ['rnn/ntm_cell/initial_address_weights_0', [1, 5]],
      ['rnn/ntm_cell/initial_address_weights_1', [1, 5]],
      ['rnn/ntm_cell/initial_address_weights_2', [1, 5]],
      ['rnn/ntm_cell/memory', [5, 2]],
      ['rnn/ntm_cell/lstm_cell/kernel', [7 + 2 + 3, 12]],
      ['rnn/ntm_cell/lstm_cell/bias', [12]],
    ]);
  });

  it("starts with TensorFlow's values", () => {
    const store = new VariableStore({ seed: 1 });
    const sizes = { memorySize: 20, memoryVectorDim: 30, readHeadNum: 2 };
    const cell = new NTMCell(new GRUCell(100), { ...small, ...sizes, store });
    cell.build(8);
    const of = (name: string) => [...((cell.variables.get(`ntm_cell/${name}`) as Variable).dataSync() as Float32Array)];
    expect(new Set([...of('parameters_bias'), ...of('output_bias')])).toEqual(new Set([0]));
    expect(new Set(of('memory'))).toEqual(new Set([Math.fround(1e-6)]));
    for (const [name, rows] of [
      ['parameters_kernel', 100],
      ['output_kernel', 160],
    ] as const) {
      const values = of(name);
      const largest = Math.max(...values.map(Math.abs)) * Math.sqrt(rows);
      expect(largest).toBeLessThanOrEqual(2.000001);
      expect(largest).toBeGreaterThan(1.9);
      // A normal distribution that is cut at two deviations has one of 0.8796.
      expect(Math.sqrt((total(values.map((x) => x * x)) / values.length) * rows)).toBeCloseTo(0.88, 1);
    }
    for (const [name, width] of [
      ['read_vector_1', 30],
      ['address_weights_0', 20],
    ] as const) {
      const largest = Math.max(...of(`initial_${name}`).map(Math.abs)) / Math.sqrt(6 / (1 + width));
      expect(largest).toBeLessThanOrEqual(1);
      expect(largest).toBeGreaterThan(0.7);
    }
  });

  it('begins with what its weights say, the same for every row, and they are trained through it', () => {
    const cell = new NTMCell(new LSTMCell(3), { ...small, readHeadNum: 2 });
    cell.build(2);
    const names = [...cell.variables.keys()].filter((name) => name.includes('initial') || name.endsWith('memory'));
    const variables = names.map((name) => cell.variables.get(name) as Variable);
    const points = variables.map(({ size }, k) => sequenceOf(size, k));
    const all = [...cell.variables].map(([name, { shape, size }]) => {
      const k = names.indexOf(name);
      return [name, { shape, data: k < 0 ? new Array<number>(size).fill(0) : (points[k] as number[]) }];
    });
    cell.setWeights(Object.fromEntries(all));
    const B = 3;
    /** c and h of the controller, the two vectors read, three addresses, the memory. */
    const want = (values: readonly Row[]): number[][] => {
      const parts = [
        [0, 0, 0],
        [0, 0, 0],
        ...values.slice(0, 2).map((row) => row.map(Math.tanh)),
        ...values.slice(2, 5).map(softmax),
        [...(values[5] as Row)],
      ];
      return parts.map((part) => Array.from({ length: B }, () => part).flat());
    };
    const state = flattenState(cell.zeroState(B));
    expect(state.map(({ shape }) => shape)).toEqual([
      [B, 3],
      [B, 3],
      [B, 2],
      [B, 2],
      [B, 4],
      [B, 4],
      [B, 4],
      [B, 4, 2],
    ]);
    for (const [k, part] of state.entries()) expectClose(part, want(points)[k] as Row);
    expectNoLeak(() => cell.zeroState(B));

    const shares = want(points).map(({ length }, k) => sequenceOf(length, 20 + k));
    const loss = (): Scalar =>
      flattenState(cell.zeroState(B))
        .map((part, k) => dot(reshape(part, [-1]), tensor1d(shares[k] as number[])) as Scalar)
        .reduce((a, b) => add(a, b));
    const { grads } = variableGrads(loss, variables);
    for (const [k, { name }] of variables.entries()) {
      const lossOf = (moved: ArrayLike<number>) =>
        total(
          want(points.map((point, n) => (n === k ? [...Array.from(moved)] : point))).map((part, n) =>
            dotted(part, shares[n] as Row),
          ),
        );
      expectClose(grads[name] as Tensor, centralDifferences(lossOf, points[k] as Row, 1 / 1024), 1e-4);
    }
  });

  it('says its sizes, that of the output once the inputs are known', () => {
    const cell = new NTMCell(new LSTMCell(3), { ...small, readHeadNum: 2 });
    const sizes = [new LSTMStateTuple(3, 3), [2, 2], [4, 4, 4], new TensorShape([4, 2])];
    expect(cell.stateSize).toEqual(sizes);
    expectThrows(
      () => cell.outputSize,
      'NTMCell.outputSize: expected a cell whose inputs are known, got one without. Pass outputDim, or call build.',
    );
    expectThrows(
      () => cell.zeroState(2),
      'NTMCell.zeroState: expected a cell whose weights are made, got one without. Call build first.',
    );
    cell.build(6);
    expect(cell.outputSize).toBe(6);
    expect(new NTMCell(new LSTMCell(3), { ...small, outputDim: 5 }).outputSize).toBe(5);
  });

  it('refuses counts that are none, and a memory in which a head meets itself', () => {
    const controller = new GRUCell(2);
    for (const name of ['memorySize', 'memoryVectorDim', 'readHeadNum', 'writeHeadNum', 'shiftRange', 'outputDim']) {
      expectThrows(
        () => new NTMCell(controller, { ...small, [name]: 0 }),
        `NTMCell: expected ${name} to be a positive integer, got 0`,
      );
    }
    expectThrows(
      () => new NTMCell(controller, { ...small, clipValue: -1 }),
      'NTMCell: expected clipValue to be above 0, or left out, got -1',
    );
    expectThrows(
      () => new NTMCell(controller, { ...small, shiftRange: 2 }),
      'NTMCell: expected memorySize of at least 2 · shiftRange + 1, 5, got 4',
    );
  });
});
