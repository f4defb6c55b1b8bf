import { tidyState } from '@rnn/cells';
import { add, mul, type Tensor, type Tensor2D, tensor } from '@tensorflow/tfjs-core';
import { expectClose } from 'testing';
import { describe, expect, test } from 'vitest';
import { scan } from './scan';
import type { SequenceArgs } from './sequence';

/** Adds what it is given to its state and puts the sum out: the state after a row's steps is the sum of what it saw. */
const summing = (onStep?: (t: number, output: Tensor2D, state: readonly Tensor[]) => void) => ({
  initialState: [tensor([10, 20], [2, 1])],
  outputSize: 1,
  step: (x: Tensor2D, [total]: readonly Tensor[]): [Tensor2D, readonly Tensor[]] => {
    const next = add<Tensor2D>(total as Tensor, x);
    return [next, [next]];
  },
  ...(onStep && { onStep }),
});

/** Row 0 sees 1, 2, 3, 4; row 1 sees 100, 200, 300, 400. */
const inputs = () => tensor([1, 100, 2, 200, 3, 300, 4, 400], [4, 2, 1]) as SequenceArgs['inputs'];

const run = (args: Omit<SequenceArgs, 'inputs'>) => {
  const { outputs, state } = tidyState(() => scan({ inputs: inputs(), ...args }, summing()));
  return { outputs: [...outputs.dataSync()], state: [...(state[0] as Tensor).dataSync()] };
};

describe('a running sum', () => {
  test('over all steps', () => {
    expect(run({})).toEqual({ outputs: [11, 120, 13, 320, 16, 620, 20, 1020], state: [20, 1020] });
  });

  test('with lengths puts out zeros and keeps its state past them', () => {
    expect(run({ lengths: [3, 1] })).toEqual({ outputs: [11, 120, 13, 0, 16, 0, 0, 0], state: [16, 120] });
  });

  test('reversed starts at the last step', () => {
    expect(run({ reverse: true })).toEqual({ outputs: [20, 1020, 19, 920, 17, 720, 14, 420], state: [20, 1020] });
  });

  test('reversed with lengths starts at the last valid step of each row', () => {
    expect(run({ reverse: true, lengths: [3, 1] })).toEqual({
      outputs: [16, 120, 15, 0, 13, 0, 0, 0],
      state: [16, 120],
    });
  });

  test('with typed lengths', () => {
    expect(run({ lengths: new Int32Array([3, 1]) })).toEqual(run({ lengths: [3, 1] }));
  });

  test.each([1, 2, 3, 4, 5])('in blocks of %i steps', (parallelIterations) => {
    for (const reverse of [false, true]) {
      expect(run({ parallelIterations, reverse, lengths: [3, 1] })).toEqual(run({ reverse, lengths: [3, 1] }));
    }
  });

  test('of length 0 gives the initial state, not as the same tensor', () => {
    const step = summing();
    const { outputs, state } = tidyState(() => scan({ inputs: inputs(), lengths: [0, 0] }, step));
    expectClose(outputs, new Array(8).fill(0));
    expectClose(state[0] as Tensor, [10, 20]);
    expect(state[0]).not.toBe(step.initialState[0]);
  });
});

test('steps past the longest length are not run', () => {
  const seen: number[] = [];
  tidyState(() =>
    scan(
      { inputs: inputs(), lengths: [2, 1] },
      summing((t) => seen.push(t)),
    ),
  );
  expect(seen).toEqual([0, 1]);
});

test('onStep sees each step in the order in which they run, after masking', () => {
  const seen: unknown[] = [];
  const step = summing((t, output, [total]) =>
    seen.push([t, [...output.dataSync()], [...(total as Tensor).dataSync()]]),
  );
  tidyState(() => scan({ inputs: inputs(), reverse: true, lengths: [3, 1] }, step));
  expect(seen).toEqual([
    [2, [13, 0], [13, 20]],
    [1, [15, 0], [15, 20]],
    [0, [16, 120], [16, 120]],
  ]);
});

test('project is called once for each block', () => {
  const shapes: number[][] = [];
  const project = (x: Tensor2D): Tensor2D => {
    shapes.push(x.shape);
    return mul(x, 2);
  };
  const { state } = tidyState(() => scan({ inputs: inputs(), parallelIterations: 3 }, { ...summing(), project }));
  expect(shapes).toEqual([
    [6, 1],
    [2, 1],
  ]);
  expectClose(state[0] as Tensor, [30, 2020]);
});
