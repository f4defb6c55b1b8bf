import '@rnn/cells/gradients';
import { BasicLSTMCell, BasicRNNCell, GRUCell, LSTMStateTuple, tidyState } from '@rnn/cells';
import {
  add,
  argMax,
  concat,
  dot,
  equal,
  gather,
  getBackend,
  grads,
  matMul,
  ones,
  reshape,
  type Scalar,
  scalar,
  sum,
  type Tensor,
  type Tensor1D,
  type Tensor2D,
  tensor,
  tensor1d,
  tensor2d,
  tidy,
  type Variable,
} from '@tensorflow/tfjs-core';
import { centralDifferences, expectClose, expectNoLeak, sequenceOf, tolerance } from 'testing';
import { describe, expect, test } from 'vitest';
import { rawRnn } from './raw-rnn';

const values = (t: Tensor) => [...t.dataSync()];

describe('a cell that reads its own predictions', () => {
  const [B, H, V] = [3, 4, 5];
  const given = () => {
    const cell = new BasicRNNCell(H, { inputSize: V });
    cell.setWeights({
      'basic_rnn_cell/kernel': { shape: [V + H, H], data: sequenceOf((V + H) * H, 10).map((w) => 2 * w) },
      'basic_rnn_cell/bias': { shape: [H], data: sequenceOf(H, 11) },
    });
    const softmax = tensor2d(sequenceOf(H * V, 12), [H, V]);
    const embedding = tensor2d(sequenceOf(V * V, 13), [V, V]);
    return { cell, softmax, embedding, start: [1, 3, 4], end: 0 };
  };

  /** Rows one by one, in float64, until each has said the last word. */
  function byHand(longest: number): number[][] {
    const { cell, softmax, embedding, start, end } = given();
    const [kernel, bias] = [...cell.variables.values()].map(values) as [number[], number[]];
    const [outOf, into] = [values(softmax), values(embedding)];
    return start.map((first) => {
      const said: number[] = [];
      let [word, h] = [first, new Array<number>(H).fill(0)];
      while (said.length < longest && said.at(-1) !== end) {
        const joined = [...into.slice(word * V, (word + 1) * V), ...h];
        h = h.map((_, j) =>
          Math.tanh(joined.reduce((sum, x, i) => sum + x * (kernel[i * H + j] as number), bias[j] as number)),
        );
        const logits = Array.from({ length: V }, (_, v) =>
          h.reduce((sum, x, i) => sum + x * (outOf[i * V + v] as number), 0),
        );
        word = logits.indexOf(Math.max(...logits));
        said.push(word);
      }
      return said;
    });
  }

  const speak = (maximumIterations: number) => {
    const { cell, softmax, embedding, start, end } = given();
    return rawRnn(
      cell,
      (time, output, state, words: Tensor1D | null) => {
        const next = output === null ? tensor1d(start, 'int32') : (argMax(matMul(output, softmax), 1) as Tensor1D);
        return [
          time === 0 ? [false, false, false] : equal<Tensor1D>(next, end),
          gather(embedding, next),
          state ?? cell.zeroState(B),
          words === null ? scalar(0, 'int32') : next,
          next,
        ];
      },
      { maximumIterations },
    );
  };

  test('says what a loop over rows says, and stops when all have said the last word', () => {
    const want = byHand(12);
    const [words, , last] = speak(12);
    expect(want.map((row) => row.length)).toEqual([5, 2, 3]);
    expect(words.shape).toEqual([5, B]);
    expect(values(words)).toEqual(Array.from({ length: 5 * B }, (_, at) => want[at % B]?.[Math.floor(at / B)] ?? 0));
    expect(last.shape).toEqual([B]);
  });

  test('leaves nothing but what it returns, its loop state among it', () => {
    const cell = new GRUCell(4, { inputSize: 4 });
    expectNoLeak(() =>
      tidyState(() =>
        rawRnn(cell, (time, output, state, seen: { sum: Tensor } | null) => [
          [time >= 3, time >= 5],
          output ?? ones([2, 4]),
          state ?? cell.zeroState(2),
          output,
          { sum: output === null ? scalar(0) : add((seen as { sum: Tensor }).sum, sum(output)) },
        ]),
      ),
    );
  });

  test('has gradients to its weights, its first input and its first state, those of central differences', () => {
    const cell = new BasicLSTMCell(3, { inputSize: 3 });
    const variables = [...cell.variables.values()] as Variable[];
    const drawn = variables.map(({ size }, k) => sequenceOf(size, 20 + k));
    const at = [...drawn, sequenceOf(6, 30), sequenceOf(6, 31), sequenceOf(6, 32)];
    const shares = tensor1d(sequenceOf(5 * 2 * 3 + 6, 33));
    const lengths = [5, 2];
    const loss = (first: Tensor, c: Tensor, h: Tensor): Scalar =>
      tidy(() => {
        const [outputs, state] = rawRnn(cell, (time, output, state: LSTMStateTuple | null) => [
          lengths.map((length) => time >= length),
          output ?? (first as Tensor2D),
          state ?? new LSTMStateTuple(c as Tensor2D, h as Tensor2D),
          output,
          null,
        ]);
        return dot(concat([reshape(outputs, [-1]), reshape(state.c, [-1])]), shares) as Scalar;
      });
    const numeric = at.map((entries, k) =>
      centralDifferences(
        (moved) =>
          tidy(() => {
            const all = at.map((other, i) => (i === k ? moved : other));
            for (const [i, variable] of variables.entries()) {
              variable.assign(tensor(Float32Array.from(all[i] ?? []), variable.shape));
            }
            const [first, c, h] = all.slice(2).map((part) => tensor(Float32Array.from(part), [2, 3]));
            return loss(first as Tensor, c as Tensor, h as Tensor).dataSync()[0] as number;
          }),
        entries,
      ),
    );
    for (const [i, variable] of variables.entries()) variable.assign(tensor(drawn[i] ?? [], variable.shape));
    const inputs = at.slice(2).map((part) => tensor(part, [2, 3]));
    const gradients = grads((...[, , ...rest]: Tensor[]) => loss(...(rest as [Tensor, Tensor, Tensor])))([
      ...variables,
      ...inputs,
    ]);
    // Differenced in float32.
    for (const [k, gradient] of gradients.entries())
      expectClose(gradient, numeric[k] ?? [], 20 * tolerance(getBackend()).gradient);
  });
});
