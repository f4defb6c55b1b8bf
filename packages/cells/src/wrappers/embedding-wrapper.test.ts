import '@rnn/cells/gradients';
import { sum, type Tensor2D, tensor2d, type Variable, variableGrads } from '@tensorflow/tfjs-core';
import { expectClose, expectNoLeak, sequenceOf } from 'testing';
import { describe, expect, it } from 'vitest';
import { GRUCell } from '../core/gru-cell';
import { expectThrows } from '../testing/expect-throws';
import { passingCell } from '../testing/plain-cells';
import { EmbeddingWrapper } from './embedding-wrapper';

const table = sequenceOf(4 * 3, 1);
const rows = (ids: readonly number[]): number[] => ids.flatMap((id) => table.slice(3 * id, 3 * id + 3));

/** Four vectors of three numbers each, looked up and given as they are. */
function lookup() {
  const wrapper = new EmbeddingWrapper(passingCell(3), { embeddingClasses: 4, embeddingSize: 3 });
  wrapper.build(1);
  wrapper.setWeights({ 'embedding_wrapper/embedding': { shape: [4, 3], data: table } });
  return { wrapper, embedding: [...wrapper.variables.values()][0] as Variable };
}

const untyped = (value: unknown) => value as never;

describe('EmbeddingWrapper', () => {
  it('gives its cell the vectors of the ids, in float32 or int32', () => {
    const { wrapper } = lookup();
    for (const dtype of ['float32', 'int32'] as const) {
      const [ids, state] = [tensor2d([2, 0, 3, 2, 1], [5, 1], dtype), wrapper.zeroState(5)];
      const [output] = wrapper.call(ids, state);
      expectClose(output, rows([2, 0, 3, 2, 1]));
      expectNoLeak(() => wrapper.call(ids, state)[0]);
    }
  });

  it('is trained: a vector has the sum of the gradients of the rows that it stood for', () => {
    const { wrapper, embedding } = lookup();
    const [ids, state] = [tensor2d([2, 0, 2], [3, 1]), wrapper.zeroState(3)];
    const { grads } = variableGrads(() => sum(wrapper.call(ids, state)[0]), [embedding]);
    expectClose(grads[embedding.name] as Tensor2D, [1, 1, 1, 0, 0, 0, 2, 2, 2, 0, 0, 0]);
  });

  it('takes an id outside of the table for zeros', () => {
    const { wrapper } = lookup();
    const ids = tensor2d([4, -1, 1], [3, 1]);
    expectClose(wrapper.call(ids, wrapper.zeroState(3))[0], [0, 0, 0, 0, 0, 0, ...rows([1])]);
  });

  it('makes its table before the weights of its cell, uniform in ±√3', () => {
    const wrapper = new EmbeddingWrapper(new GRUCell(2), { embeddingClasses: 100, embeddingSize: 3 });
    wrapper.build(1, { scope: 'rnn' });
    expect([...wrapper.variables].map(([name, { shape }]) => [name, shape])).toEqual([
      ['rnn/embedding_wrapper/embedding', [100, 3]],
      ['rnn/embedding_wrapper/gru_cell/gates/kernel', [5, 4]],
      ['rnn/embedding_wrapper/gru_cell/gates/bias', [4]],
      ['rnn/embedding_wrapper/gru_cell/candidate/kernel', [5, 2]],
      ['rnn/embedding_wrapper/gru_cell/candidate/bias', [2]],
    ]);
    const drawn = [...(wrapper.variables.get('rnn/embedding_wrapper/embedding')?.dataSync() ?? [])].map(Math.abs);
    expect(Math.max(...drawn)).toBeLessThanOrEqual(Math.sqrt(3));
    expect(Math.max(...drawn)).toBeGreaterThan(1.5);
  });

  it('refuses what are no ids and no sizes', () => {
    const { wrapper } = lookup();
    const state = wrapper.zeroState(2);
    const bad: [() => unknown, string][] = [
      [
        () => wrapper.call(state, state),
        'EmbeddingWrapper.call: expected inputs to be ids of shape [B, 1], got [2, 3]',
      ],
      [
        () => wrapper.call(untyped([1]), state),
        'EmbeddingWrapper.call: expected inputs to be ids of shape [B, 1], got an array',
      ],
      [
        () => new EmbeddingWrapper(passingCell(3), { embeddingClasses: 0, embeddingSize: 3 }),
        'EmbeddingWrapper: expected embeddingClasses to be a positive integer, got 0',
      ],
      [
        () => new EmbeddingWrapper(passingCell(3), { embeddingClasses: 4, embeddingSize: -1 }),
        'EmbeddingWrapper: expected embeddingSize to be a positive integer, got -1',
      ],
    ];
    for (const [call, text] of bad) expectThrows(call, text);
    const flags = tensor2d([1, 0], [2, 1], 'bool');
    expectThrows(
      () => wrapper.call(flags, state),
      'EmbeddingWrapper.call: expected inputs of dtype float32 or int32, got bool. Cast them first.',
    );
  });
});
