import { inspect } from 'node:util';
import {
  BasicRNNCell,
  CudnnCompatibleGRUCell,
  CudnnCompatibleLSTMCell,
  DropoutWrapper,
  GRUCell,
  LSTMCell,
  type LSTMCellOptions,
  MultiRNNCell,
  type RNNCell,
} from '@rnn/cells';
import { type FusedKernel, gruSequences, lstmSequences, registerFusedKernel } from '@rnn/kernels';
import { getBackend, memory, ones, type Tensor2D, type Tensor3D, zeros } from '@tensorflow/tfjs-core';
import { expectClose, expectNoLeak, tolerance } from 'testing';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { bidirectionalDynamicRnn } from '../runners/bidirectional-dynamic-rnn';
import { dynamicRnn } from '../runners/dynamic-rnn';
import { staticRnn } from '../runners/static-rnn';
import { CountingCell } from '../testing/counting-cell';
import { onToyBackend, toyBackend } from '../testing/toy-backend';
import { explain } from './explain';

const argumentError = (message: string) => expect.objectContaining({ name: 'ArgumentError', message });
const inputs = () => zeros([32, 28, 10]) as Tensor3D;
const stock = (op: string, count = '') =>
  `${op}${count} on ${toyBackend}, stock operations: no fused kernel is registered for ${op} on ${toyBackend}`;
const stepped = (cell: string) =>
  `${cell} step by step on ${toyBackend}, stock operations: ${cell} does not declare its recurrence, so it is called step by step`;

describe('without a fused kernel', () => {
  onToyBackend();
  const plain: RNNCell<Tensor2D> = { stateSize: 10, outputSize: 10, call: (x, h) => [x, h] };
  const cells: [string, () => RNNCell, () => string][] = [
    ['one LSTM', () => new LSTMCell(8), () => stock('lstmSequence')],
    [
      'two LSTMs',
      () => new MultiRNNCell([128, 256].map((units) => new LSTMCell(units))),
      () => stock('lstmSequence', ' x 2'),
    ],
    [
      'mixed layers',
      () => new MultiRNNCell([new LSTMCell(8), new GRUCell(8), new BasicRNNCell(8), new LSTMCell(4)]),
      () => [stock('lstmSequence', ' x 2'), stock('gruSequence'), stock('rnnSequence')].join('; '),
    ],
    ['a cell of your own', () => new CountingCell(10), () => stepped('CountingCell')],
    ['a cell without a class', () => plain, () => stepped('a cell without a class')],
    [
      'layers of which one is wrapped',
      () => new MultiRNNCell([new GRUCell(10), new DropoutWrapper(new GRUCell(10))]),
      () => [stock('gruSequence'), stepped('DropoutWrapper')].join('; '),
    ],
  ];
  test.each(cells)('%s', (_, make, text) => {
    const [cell, x] = [make(), inputs()];
    const explanation = expectNoLeak(() => explain(cell, x));
    expect(`${explanation}`).toBe(text());
    expect(inspect(explanation)).toBe(text());
    expect([...(cell.variables ?? [])]).toEqual([]);
  });

  test('its layers are data, one for each', () => {
    const { backend, layers } = explain(new MultiRNNCell([new LSTMCell(8), new CountingCell(8)]), inputs());
    expect(backend).toBe(toyBackend);
    expect(layers).toEqual([
      {
        cell: 'LSTMCell',
        op: 'lstmSequence',
        kernel: 'reference',
        reason: `no fused kernel is registered for lstmSequence on ${toyBackend}`,
      },
      {
        cell: 'CountingCell',
        op: 'steps',
        kernel: 'reference',
        reason: 'CountingCell does not declare its recurrence, so it is called step by step',
      },
    ]);
  });

  test('asked for the reference', () => {
    expect(`${explain(new LSTMCell(8), inputs(), { kernel: 'reference' })}`).toBe(
      `lstmSequence on ${toyBackend}, stock operations: kernel: 'reference' was asked for`,
    );
  });

  const none = () => `no fused kernel is registered for lstmSequence on ${toyBackend}`;
  test.each<[string, (cell: RNNCell, x: Tensor3D, steps: Tensor2D[]) => unknown]>([
    ['explain', (cell, x) => explain(cell, x, { kernel: 'fused' })],
    ['dynamicRnn', (cell, x) => dynamicRnn(cell, x, { kernel: 'fused' })],
    ['staticRnn', (cell, _, steps) => staticRnn(cell, steps, { kernel: 'fused' })],
    ['bidirectionalDynamicRnn', (cell, x) => bidirectionalDynamicRnn(cell, new LSTMCell(2), x, { kernel: 'fused' })],
  ])("%s throws with the reason for kernel: 'fused', and makes no weights", (where, call) => {
    const [cell, x, steps] = [new LSTMCell(8), inputs(), [zeros([2, 10]) as Tensor2D]];
    expect(() => expectNoLeak(() => call(cell, x, steps))).toThrow(
      argumentError(
        `${where}: expected a fused kernel, as kernel: 'fused' asks, got none: ${none()}. Use kernel: 'auto'.`,
      ),
    );
    expect([...cell.variables]).toEqual([]);
  });

  test("a cell of your own throws for kernel: 'fused' too", () => {
    expect(() => dynamicRnn(new CountingCell(10), inputs(), { kernel: 'fused' })).toThrow(
      argumentError(
        "dynamicRnn: expected a fused kernel, as kernel: 'fused' asks, got none: CountingCell does not declare its recurrence, so it is called step by step. Use kernel: 'auto'.",
      ),
    );
  });
});

describe('with a fused kernel', () => {
  onToyBackend();
  let runs = 0;
  let undo = () => {};
  const toy = (): FusedKernel<'lstmSequence'> => ({
    op: 'lstmSequence',
    backend: toyBackend,
    device: () => '2 threads, relaxed SIMD',
    unsupported: ({ numUnits, inputSize, usePeepholes }) =>
      usePeepholes ? 'the toy has no peepholes' : numUnits + inputSize > 100 ? 'the toy is small' : undefined,
    run: (sequences) => {
      runs++;
      return lstmSequences(sequences.map((args) => ({ ...args, kernel: 'reference' })));
    },
  });
  beforeEach(() => {
    runs = 0;
    undo = registerFusedKernel(toy());
  });
  afterEach(() => undo());

  test('the text names the device', () => {
    const cell = new MultiRNNCell([8, 16].map((units) => new LSTMCell(units)));
    expect(`${explain(cell, inputs())}`).toBe(`lstmSequence x 2 on ${toyBackend}, 2 threads, relaxed SIMD`);
  });

  test('a layer that it cannot run tells why; sizes are those of each layer', () => {
    const cell = new MultiRNNCell([new LSTMCell(60), new LSTMCell(50), new LSTMCell(8, { usePeepholes: true })]);
    expect(`${explain(cell, inputs())}`).toBe(
      [
        `lstmSequence on ${toyBackend}, 2 threads, relaxed SIMD`,
        `lstmSequence on ${toyBackend}, stock operations: the toy is small`,
        `lstmSequence on ${toyBackend}, stock operations: the toy has no peepholes`,
      ].join('; '),
    );
  });

  test('a kernel may refuse a GRU by where its reset gate acts', () => {
    const takeBack = registerFusedKernel({
      op: 'gruSequence',
      backend: toyBackend,
      device: () => '2 threads',
      unsupported: ({ resetAfter }) => (resetAfter ? 'the toy resets before the product' : undefined),
      run: (sequences) => gruSequences(sequences.map((args) => ({ ...args, kernel: 'reference' }))),
    });
    const explanation = explain(new MultiRNNCell([new GRUCell(4), new CudnnCompatibleGRUCell(4)]), inputs());
    takeBack();
    expect(`${explanation}`).toBe(
      [
        `gruSequence on ${toyBackend}, 2 threads`,
        `gruSequence on ${toyBackend}, stock operations: the toy resets before the product`,
      ].join('; '),
    );
  });

  test('a kernel may tell its device by the sizes and options, and refuse rows that end early', () => {
    const takeBack = registerFusedKernel({
      ...{ op: 'gruSequence', backend: toyBackend },
      device: (facts) => `${facts?.steps} steps of ${facts?.numUnits} units`,
      unsupported: ({ unevenLengths }) => (unevenLengths ? 'the toy runs whole rows alone' : undefined),
      run: (sequences) => gruSequences(sequences.map((args) => ({ ...args, kernel: 'reference' }))),
    });
    const [cell, x] = [new GRUCell(4), ones([2, 3, 5]) as Tensor3D];
    const told = [undefined, [3, 3], [3, 2]].map((sequenceLength) => `${explain(cell, x, { sequenceLength })}`);
    const bare = () => explain(cell, x, { sequenceLength: [3] });
    const run = () => dynamicRnn(cell, x, { sequenceLength: [3, 2], kernel: 'fused' });
    try {
      expect(told).toEqual([
        `gruSequence on ${toyBackend}, 3 steps of 4 units`,
        `gruSequence on ${toyBackend}, 3 steps of 4 units`,
        `gruSequence on ${toyBackend}, stock operations: the toy runs whole rows alone`,
      ]);
      expect(bare).toThrow(
        argumentError('explain: expected sequenceLength to hold one length for each of the 2 rows, got 1 of them'),
      );
      expect(run).toThrow(
        argumentError(
          "dynamicRnn: expected a fused kernel, as kernel: 'fused' asks, got none: the toy runs whole rows alone. Use kernel: 'auto'.",
        ),
      );
    } finally {
      takeBack();
    }
  });

  test('a kernel that keeps every state refuses swapMemory, here and in the run', () => {
    const takeBack = registerFusedKernel({
      ...{ op: 'gruSequence', backend: toyBackend, device: () => '2 threads' },
      unsupported: ({ swapMemory }) => (swapMemory ? 'the toy keeps every state' : undefined),
      run: (sequences) => gruSequences(sequences.map((args) => ({ ...args, kernel: 'reference' }))),
    });
    const cell = new MultiRNNCell([new LSTMCell(4), new GRUCell(4)]);
    const x = ones([2, 3, 5]) as Tensor3D;
    const refusal = (where: string) =>
      argumentError(
        `${where}: expected a fused kernel, as swapMemory asks, got none: the toy keeps every state. Leave swapMemory out.`,
      );
    try {
      expect(explain(cell, x).layers.map(({ kernel }) => kernel)).toEqual(['fused', 'fused']);
      for (const kernel of ['auto', 'fused'] as const) {
        const options = { kernel, swapMemory: true };
        expect(() => expectNoLeak(() => explain(cell, x, options) as never)).toThrow(refusal('explain'));
        expect(() => expectNoLeak(() => dynamicRnn(cell, x, options) as never)).toThrow(refusal('dynamicRnn'));
      }
      expect([...cell.variables]).toEqual([]);
    } finally {
      takeBack();
    }
  });

  test('timeMajor changes nothing that it tells', () => {
    const x = zeros([28, 32, 10]) as Tensor3D;
    expect(`${explain(new LSTMCell(8), x, { timeMajor: true })}`).toBe(`${explain(new LSTMCell(8), inputs())}`);
  });

  test('what it says is what happens', () => {
    const cell = new MultiRNNCell([new LSTMCell(4), new GRUCell(4), new LSTMCell(4)]);
    const x = ones([2, 3, 5]) as Tensor3D;
    const fused = explain(cell, x).layers.filter(({ kernel }) => kernel === 'fused').length;
    const [outputs] = dynamicRnn(cell, x);
    expect(runs).toBe(fused);
    expect(runs).toBe(2);
    expectClose(dynamicRnn(cell, x, { kernel: 'reference' })[0], outputs.dataSync(), tolerance('cpu').forward);
    expect(runs).toBe(2);
    staticRnn(new LSTMCell(4), [ones([2, 5])], { onStep: () => undefined });
    expect(runs).toBe(2);
    dynamicRnn(new LSTMCell(4), x, { kernel: 'fused' });
    expect(runs).toBe(3);
  });

  test("one layer that cannot be fused is enough for kernel: 'fused' to throw", () => {
    const cell = new MultiRNNCell([new LSTMCell(4), new LSTMCell(4, { usePeepholes: true })]);
    expect(() => expectNoLeak(() => dynamicRnn(cell, ones([2, 3, 5]), { kernel: 'fused' }))).toThrow();
    expect(() => dynamicRnn(cell, ones([2, 3, 5]), { kernel: 'fused' })).toThrow(
      argumentError(
        "dynamicRnn: expected a fused kernel, as kernel: 'fused' asks, got none: the toy has no peepholes. Use kernel: 'auto'.",
      ),
    );
    expect([...cell.variables]).toEqual([]);
  });
});

describe('with the engine, on every backend of the host', () => {
  const device = /^lstmSequence x 2 on \w+, WebAssembly, \d+ threads?, (relaxed |256-bit )?SIMD$/;

  test('the text names the threads and the instructions', () => {
    const cell = new MultiRNNCell([8, 16].map((units) => new LSTMCell(units)));
    const x = inputs();
    const explanation = expectNoLeak(() => explain(cell, x));
    expect(`${explanation}`).toMatch(device);
    expect(explanation.layers.map(({ op, kernel }) => [op, kernel])).toEqual([
      ['lstmSequence', 'fused'],
      ['lstmSequence', 'fused'],
    ]);
    expect([...cell.variables]).toEqual([]);
  });

  test('the cells of cuDNN are fused too, with the numbers of the reference', () => {
    const cell = new MultiRNNCell([new CudnnCompatibleGRUCell(8), new CudnnCompatibleLSTMCell(4)]);
    expect(explain(cell, inputs()).layers).toEqual([
      { cell: 'CudnnCompatibleGRUCell', op: 'gruSequence', kernel: 'fused', device: expect.any(String) },
      { cell: 'CudnnCompatibleLSTMCell', op: 'lstmSequence', kernel: 'fused', device: expect.any(String) },
    ]);
    const x = ones([2, 3, 5]) as Tensor3D;
    const [outputs] = dynamicRnn(cell, x, { kernel: 'fused' });
    expectClose(outputs, dynamicRnn(cell, x, { kernel: 'reference' })[0].dataSync());
  });

  test.each<[string, LSTMCellOptions<true>]>([
    ['peepholes', { usePeepholes: true }],
    ['projection', { numProj: 2 }],
    ['a clip of its cell', { cellClip: 0.1 }],
    ['all of them', { usePeepholes: true, numProj: 5, cellClip: 0.1, projClip: 0.05 }],
  ])('an LSTM with %s is fused, and gives what stock operations give', (_, options) => {
    const cell = new LSTMCell(4, options);
    const x = ones([2, 3, 5]) as Tensor3D;
    expect(explain(cell, x).layers).toEqual([expect.objectContaining({ kernel: 'fused' })]);
    const [outputs, { c, h }] = dynamicRnn(cell, x, { kernel: 'fused' });
    const [wantOutputs, want] = dynamicRnn(cell, x, { kernel: 'reference' });
    expectClose(outputs, wantOutputs.dataSync(), tolerance('cpu').forward);
    expectClose(c, want.c.dataSync(), tolerance('cpu').forward);
    expectClose(h, want.h.dataSync(), tolerance('cpu').forward);
  });

  test.each<[string, () => RNNCell, string]>([
    ['relu in an LSTM', () => new LSTMCell(4, { activation: 'relu' }), 'the engine has no relu activation here'],
    ['relu in a GRU', () => new GRUCell(4, { activation: 'relu' }), 'the engine has no relu activation here'],
    ['sigmoid', () => new BasicRNNCell(4, { activation: 'sigmoid' }), 'the engine has no sigmoid activation here'],
    ['a function', () => new GRUCell(4, { activation: (x) => x }), 'the activation is a function of the caller’s own'],
  ])('%s runs on stock operations, and it tells why', (_, make, reason) => {
    expect(explain(make(), inputs()).layers).toEqual([expect.objectContaining({ kernel: 'reference', reason })]);
    expect(() => dynamicRnn(make(), inputs(), { kernel: 'fused' })).toThrow(
      argumentError(
        `dynamicRnn: expected a fused kernel, as kernel: 'fused' asks, got none: ${reason}. Use kernel: 'auto'.`,
      ),
    );
  });

  test('nothing to compute is no error, but is not fused', () => {
    expect(`${explain(new LSTMCell(8), zeros([2, 0, 3]))}`).toBe(
      `lstmSequence on ${getBackend()}, stock operations: there is nothing to compute`,
    );
  });

  test('what it says is what happens', () => {
    const cell = new BasicRNNCell(4, { activation: 'relu' });
    const x = ones([2, 3, 5]) as Tensor3D;
    dynamicRnn(cell, x);
    const before = memory().numTensors;
    const [outputs, state] = dynamicRnn(cell, x, { kernel: 'fused' });
    expect(memory().numTensors - before).toBe(2);
    expectClose(outputs, dynamicRnn(cell, x, { kernel: 'reference' })[0].dataSync());
    expectClose(state, dynamicRnn(cell, x, { kernel: 'reference' })[1].dataSync());
  });
});

describe('what does not fit gets a sentence', () => {
  test('inputs', () => {
    const flat = zeros([2, 9]) as unknown as Tensor3D;
    expect(() => explain(new LSTMCell(2), flat)).toThrow(
      argumentError('explain: expected inputs to have shape [B, T, D], got [2, 9]'),
    );
  });

  test('cell', () => {
    expect(() => explain({} as LSTMCell, inputs())).toThrow(
      argumentError('explain: expected cell to be an RNNCell, got one without call, stateSize, outputSize'),
    );
  });

  test('kernel', () => {
    expect(() => explain(new CountingCell(10), inputs(), { kernel: 'fast' as 'fused' })).toThrow(
      argumentError("explain: expected kernel to be one of auto, fused, reference, got 'fast'"),
    );
  });
});

test.each([
  ['an LSTM', () => new LSTMCell(4)],
  ['a GRU', () => new GRUCell(4)],
  ['a basic cell', () => new BasicRNNCell(4)],
  ['a cell that is stepped', () => new CountingCell(5)],
])('with swapMemory it throws on this backend where the run does, and with the same reason: %s', (_, make) => {
  const x = ones([2, 3, 5]) as Tensor3D;
  const outcome = (call: (options: { swapMemory: boolean }) => unknown): string => {
    try {
      call({ swapMemory: true });
      return 'it runs';
    } catch (error) {
      return (error as Error).message.replace(/^\w+: /, '');
    }
  };
  const told = outcome((options) => explain(make() as RNNCell, x, options));
  expect(told).toBe(outcome((options) => dynamicRnn(make() as RNNCell, x, options)));
  expect(told).toMatch(
    /^it runs$|^expected a fused kernel, as swapMemory asks, got none: .*\. Leave swapMemory out\.$/,
  );
});
