import { memory, type Tensor2D, tensor2d, zeros } from '@tensorflow/tfjs-core';
import { expectClose, expectNoLeak, expectNoLeakAsync, sequenceOf } from 'testing';
import { describe, expect, it } from 'vitest';
import { ArgumentError } from './argument-error';
import { CFNCell } from './contrib/cfn-cell';
import { CoupledInputForgetGateLSTMCell } from './contrib/coupled-input-forget-gate-lstm-cell';
import { CudnnCompatibleGRUCell } from './contrib/cudnn-compatible-gru-cell';
import { CudnnCompatibleLSTMCell } from './contrib/cudnn-compatible-lstm-cell';
import { IndRNNCell } from './contrib/ind-rnn-cell';
import { IndyGRUCell } from './contrib/indy-gru-cell';
import { IndyLSTMCell } from './contrib/indy-lstm-cell';
import { LayerNormBasicLSTMCell } from './contrib/layer-norm-basic-lstm-cell';
import { MinimalRNNCell } from './contrib/minimal-rnn-cell';
import { NASCell } from './contrib/nas-cell';
import { SRUCell } from './contrib/sru-cell';
import { UGRNNCell } from './contrib/ugrnn-cell';
import { BasicLSTMCell } from './core/basic-lstm-cell';
import { BasicRNNCell } from './core/basic-rnn-cell';
import { GRUCell } from './core/gru-cell';
import { LSTMCell } from './core/lstm-cell';
import { describeState, flattenState } from './state';
import { expectThrows } from './testing/expect-throws';
import { randomUniform } from './weights/initializers';
import { VariableStore } from './weights/variable-store';

const kindsWithActivation = [
  ['BasicRNNCell', BasicRNNCell, 'basic_rnn_cell'],
  ['BasicLSTMCell', BasicLSTMCell, 'basic_lstm_cell'],
  ['LSTMCell', LSTMCell, 'lstm_cell'],
  ['GRUCell', GRUCell, 'gru_cell'],
  ['UGRNNCell', UGRNNCell, 'ugrnn_cell'],
  ['CoupledInputForgetGateLSTMCell', CoupledInputForgetGateLSTMCell, 'coupled_input_forget_gate_lstm_cell'],
  ['LayerNormBasicLSTMCell', LayerNormBasicLSTMCell, 'layer_norm_basic_lstm_cell'],
  ['IndRNNCell', IndRNNCell, 'ind_rnn_cell'],
  ['IndyGRUCell', IndyGRUCell, 'indy_gru_cell'],
  ['IndyLSTMCell', IndyLSTMCell, 'indy_lstm_cell'],
  ['MinimalRNNCell', MinimalRNNCell, 'minimal_rnn_cell'],
  ['CFNCell', CFNCell, 'cfn_cell'],
  ['SRUCell', SRUCell, 'sru_cell'],
] as const;

const kinds = [
  ...kindsWithActivation,
  ['CudnnCompatibleGRUCell', CudnnCompatibleGRUCell, 'cudnn_compatible_gru_cell'],
  ['CudnnCompatibleLSTMCell', CudnnCompatibleLSTMCell, 'cudnn_compatible_lstm_cell'],
  ['NASCell', NASCell, 'nas_cell'],
] as const;

const inputs = (batchSize: number, inputSize: number): Tensor2D =>
  tensor2d(sequenceOf(batchSize * inputSize, 1), [batchSize, inputSize]);

/** For the arguments that only a program in plain JavaScript can pass. */
const untyped = (value: unknown) => value as never;

describe.each(kinds)('%s', (kind, Cell, variableName) => {
  const make = (options: ConstructorParameters<typeof Cell>[1] = {}) => new Cell(3, options) as LSTMCell;

  it('leaves as many tensors as it found, whatever is called', async () => {
    const cell = make({ inputSize: 2 });
    const state = cell.zeroState(4);
    const x = inputs(4, 2);
    expectNoLeak(() => cell.zeroState(4));
    expectNoLeak(() => cell.call(x, state));
    const weights = await expectNoLeakAsync(() => cell.getWeights());
    expectNoLeak(() => cell.setWeights(weights));
    expectNoLeak(() => cell.build(2));
    expect([x, ...flattenState(state)].some((tensor) => tensor.isDisposed)).toBe(false);
  });

  it('frees its weights, and only those', () => {
    expectNoLeak(() => {
      const cell = make({ inputSize: 2 });
      expect(memory().numTensors).toBeGreaterThanOrEqual(cell.variables.size);
      cell.dispose();
      cell.dispose();
      expect([cell.variables.size, cell.inputSize]).toEqual([0, undefined]);
    });
  });

  it('makes weights anew after dispose, for another input size too', () => {
    const cell = make({ inputSize: 2 });
    cell.dispose();
    cell.call(inputs(1, 5), cell.zeroState(1));
    expect(cell.inputSize).toBe(5);
  });

  it('leaves the variables of a store to the store', () => {
    const store = new VariableStore();
    const cell = make({ inputSize: 2, store });
    cell.dispose();
    expect([...store.variables.values()].some((variable) => variable.isDisposed)).toBe(false);
    expectNoLeak(() => {
      const other = make({ store, inputSize: 2, reuse: true });
      expect([...other.variables.values()]).toEqual([...store.variables.values()]);
    });
  });

  it('makes its weights at the first call, under its name and the scope it is built in', () => {
    const cell = make();
    expect([cell.variables.size, cell.inputSize]).toEqual([0, undefined]);
    cell.call(inputs(1, 2), cell.zeroState(1));
    for (const name of cell.variables.keys()) expect(name).toMatch(new RegExp(`^${variableName}/`));
    const scoped = make({ name: 'encoder' });
    scoped.build(2, { scope: 'rnn' });
    for (const name of scoped.variables.keys()) expect(name).toMatch(/^rnn\/encoder\//);
  });

  it('keeps its weights when it is built again, and refuses another size', () => {
    const cell = make({ inputSize: 2 });
    const before = [...cell.variables.values()];
    cell.build(2, { scope: 'elsewhere' });
    expect([...cell.variables.values()]).toEqual(before);
    expectThrows(
      () => cell.build(4),
      `${kind}.build: expected inputSize 2, for which the weights were made, got 4. A cell has one input size; make another cell for the other inputs.`,
    );
    expectThrows(() => cell.build(0), `${kind}.build: expected inputSize to be a positive integer, got 0`);
  });

  it('throws before it makes a weight, where an argument does not fit', () => {
    const cell = make();
    const state = cell.zeroState(4);
    const x = inputs(4, 2);
    const [deep, whole, fewer] = [zeros([4, 1, 2]), zeros([4, 2], 'int32'), cell.zeroState(3)];
    const shapes = describeState(state);
    const bad: [() => unknown, string][] = [
      [() => cell.call(untyped(deep), state), 'expected inputs to have shape [B, D], got [4, 1, 2]'],
      [() => cell.call(untyped([[1, 2]]), state), 'expected inputs to be a tensor [B, D], got an array'],
      [() => cell.call(untyped(undefined), state), 'expected inputs to be a tensor [B, D], got undefined'],
      [() => cell.call(untyped(whole), state), 'expected inputs of dtype float32, got int32. Cast them first.'],
      [() => cell.call(x, untyped(undefined)), `expected state to have shape ${shapes}, got undefined`],
      [() => cell.call(x, fewer), `expected state to have shape ${shapes}, got ${describeState(fewer)}`],
      [() => cell.call(x, untyped([state])), `expected state to have shape ${shapes}, got (${shapes})`],
    ];
    for (const [call, text] of bad) {
      expectThrows(call, `${kind}.call: ${text}`);
      expect(cell.variables.size).toBe(0);
    }
  });

  it('names the width that it was built for', () => {
    const cell = make({ inputSize: 2 });
    const [x, state] = [inputs(4, 3), cell.zeroState(4)];
    expectThrows(() => cell.call(x, state), `${kind}.call: expected inputs to have shape [B, 2], got [4, 3]`);
  });

  it('starts with kernels by Glorot, within ±√(6 / (fanIn + fanOut)) and spread over it', () => {
    const [kernel] = [...new Cell(32, { inputSize: 48 }).variables.values()];
    const [fanIn = 0, fanOut = 0] = kernel?.shape ?? [];
    const limit = Math.sqrt(6 / (fanIn + fanOut));
    const values = [...(kernel?.dataSync() ?? [])];
    expect(Math.max(...values.map(Math.abs))).toBeLessThanOrEqual(limit);
    expect(Math.max(...values.map(Math.abs))).toBeGreaterThan(0.99 * limit);
    const meanSquare = values.reduce((sum, value) => sum + value ** 2, 0) / values.length;
    // The mean square of a uniform distribution is limit² / 3; its estimate from n values is off by √(0.8 / n) of that.
    expect(Math.abs((3 * meanSquare) / limit ** 2 - 1)).toBeLessThan(5 * Math.sqrt(0.8 / values.length));
  });

  it('refuses sizes and options that are none', () => {
    expectThrows(() => new Cell(0), `${kind}: expected numUnits to be a positive integer, got 0`);
    expectThrows(() => new Cell(2.5), `${kind}: expected numUnits to be a positive integer, got 2.5`);
    expectThrows(() => new Cell(untyped('3')), `${kind}: expected numUnits to be a positive integer, got '3'`);
    expectThrows(() => make({ inputSize: 1.5 }), `${kind}.build: expected inputSize to be a positive integer, got 1.5`);
    expectThrows(() => make().zeroState(0), `${kind}.zeroState: expected batchSize to be a positive integer, got 0`);
    expectThrows(
      () => make({ dtype: untyped('float64') }),
      `${kind}: expected dtype to be 'float32', got 'float64'. TensorFlow.js has no other floating-point type.`,
    );
    expectThrows(
      () => make({ reuse: true }),
      `${kind}: expected a store together with reuse: true, got none. Pass the VariableStore that holds the variables, or share one instance of the cell.`,
    );
  });

  it('shares the weights of another cell by reuse, and refuses to without', () => {
    const store = new VariableStore();
    const first = make({ store, inputSize: 2 });
    const second = make({ store, reuse: 'auto' });
    second.build(2);
    expect([...second.variables]).toEqual([...first.variables]);
    const [state, x] = [first.zeroState(4), inputs(4, 2)];
    expectClose(second.call(x, state)[0], first.call(x, state)[0].dataSync());
    const [name = ''] = first.variables.keys();
    // The first weight that depends on the size of the inputs.
    const wider = make({ inputSize: 4 }).variables;
    const [sized = '', found] =
      [...first.variables].find(([name, { shape }]) => shape.join() !== wider.get(name)?.shape.join()) ?? [];
    expectThrows(
      () => make({ store, inputSize: 2 }),
      `Variable ${name} already exists, disallowed. Did you mean to set reuse: true or reuse: 'auto'?`,
    );
    expectThrows(
      () => make({ store, inputSize: 4, reuse: true }),
      `Trying to share variable ${sized}, but specified shape (${wider.get(sized)?.shape.join(', ')}) and found shape (${found?.shape.join(', ')}).`,
    );
    expectThrows(
      () => make({ store, inputSize: 2, reuse: true, name: 'other' }),
      `Variable other/${name.split('/').slice(1).join('/')} does not exist, or was not created with getVariable(). Did you mean to set reuse: 'auto'?`,
    );
  });

  it('takes back the weights it made when one of them cannot be made', () => {
    const store = new VariableStore();
    const [, second = ''] = [...make({ inputSize: 2 }).variables.keys()];
    store.getVariable(second, [1]);
    const cell = make({ store });
    expectThrows(
      () => cell.build(2),
      `Variable ${second} already exists, disallowed. Did you mean to set reuse: true or reuse: 'auto'?`,
    );
    expect([...store.variables.keys()]).toEqual([second]);
    expect([cell.variables.size, cell.inputSize]).toEqual([0, undefined]);
  });

  it('is built in the store of whoever builds it, unless it has its own', () => {
    const [own, theirs] = [new VariableStore(), new VariableStore()];
    const guest = make();
    guest.build(2, { store: theirs });
    make({ store: own }).build(2, { store: theirs, scope: 'rnn' });
    expect([...theirs.variables.keys()]).toEqual([...guest.variables.keys()]);
    expect([...own.variables.keys()]).toEqual([...guest.variables.keys()].map((name) => `rnn/${name}`));
  });

  it('gives copies of its weights, which make another cell compute the same', async () => {
    const [cell, copy] = [make({ inputSize: 2 }), make({ inputSize: 2 })];
    const weights = await cell.getWeights();
    copy.setWeights(weights);
    const [state, x] = [cell.zeroState(4), inputs(4, 2)];
    expect(copy.call(x, state)[0].dataSync()).toEqual(cell.call(x, state)[0].dataSync());
    for (const { data } of Object.values(weights)) (data as Float32Array).fill(9);
    expect(copy.call(x, state)[0].dataSync()).toEqual(cell.call(x, state)[0].dataSync());
    expect(await make().getWeights()).toEqual({});
  });

  it('sets all weights or none', async () => {
    const cell = make({ inputSize: 2 });
    const before = await cell.getWeights();
    const names = Object.keys(before);
    const [first = '', last = ''] = [names[0], names.at(-1)];
    const size = before[last]?.data.length ?? 0;
    const shape = before[last]?.shape.join(', ');
    const changed = Object.fromEntries(
      Object.entries(before).map(([name, { shape, data }]) => [name, { shape, data: Array.from(data, (x) => x + 1) }]),
    );
    const where = `${kind}.setWeights: expected`;
    const all = `${where} each weight of the cell by its full name, ${names.length} in all`;
    const { [first]: _, ...others } = changed;
    const bad: [object, string][] = [
      [{}, `${all}, got 0; missing: ${names.join(', ')}`],
      [untyped(undefined), `${all}, got 0; missing: ${names.join(', ')}`],
      [{ ...changed, extra: changed[first] }, `${all}, got ${names.length + 1}; not of this cell: extra`],
      [others, `${all}, got ${names.length - 1}; missing: ${first}`],
      [{ ...others, extra: changed[first] }, `${all}, got ${names.length}; missing: ${first}; not of this cell: extra`],
      [
        { ...changed, [last]: { shape: [1], data: [1] } },
        `${where} ${last} to be { shape: [${shape}], data: ${size} values }, got { shape: [1], data: 1 values }`,
      ],
      [
        { ...changed, [last]: { shape: before[last]?.shape, data: [1] } },
        `${where} ${last} to be { shape: [${shape}], data: ${size} values }, got { shape: [${shape}], data: 1 values }`,
      ],
      [
        { ...changed, [last]: [1] },
        `${where} ${last} to be { shape: [${shape}], data: ${size} values }, got { shape: undefined, data: undefined }`,
      ],
    ];
    for (const [weights, text] of bad) {
      expectThrows(() => cell.setWeights(weights as typeof before), text);
    }
    expect(await cell.getWeights()).toEqual(before);
    expectThrows(
      () => make().setWeights(before),
      `${kind}.setWeights: expected a cell whose weights are made, got one without. Call build first.`,
    );
  });
});

describe.each(kindsWithActivation)('%s with an activation', (kind, Cell) => {
  const make = (options: ConstructorParameters<typeof Cell>[1] = {}) => new Cell(3, options) as LSTMCell;

  it('takes back the weights that a call made which throws', () => {
    let broken = true;
    const store = new VariableStore();
    for (const options of [{}, { store }]) {
      broken = true;
      const cell = make({
        ...options,
        activation: (x) => {
          if (broken) throw new Error('this activation is broken');
          return x;
        },
      });
      const state = cell.zeroState(4);
      const x = inputs(4, 2);
      expectThrows(() => cell.call(x, state), 'this activation is broken');
      expect([cell.variables.size, store.variables.size]).toEqual([0, 0]);
      broken = false;
      cell.call(x, state);
      expect(cell.variables.size).toBeGreaterThan(0);
      broken = true;
      expectThrows(() => cell.call(x, state), 'this activation is broken');
      expect(cell.variables.size).toBeGreaterThan(0);
    }
  });

  it('refuses an activation that is none', () => {
    expectThrows(
      () => make({ activation: untyped('softplus') }),
      `${kind}: expected activation to be one of tanh, relu, sigmoid, linear or a function, got 'softplus'`,
    );
    expectThrows(
      () => make({ activation: untyped(5) }),
      `${kind}: expected activation to be one of tanh, relu, sigmoid, linear or a function, got 5`,
    );
  });
});

describe('weights of a store with a seed', () => {
  const weightsWith = async (seed: number, units = 3) =>
    new GRUCell(units, { inputSize: 2, store: new VariableStore({ seed }) }).getWeights();

  it('are the same for the same seed, and others for another', async () => {
    expect(await weightsWith(7)).toEqual(await weightsWith(7));
    expect(await weightsWith(8)).not.toEqual(await weightsWith(7));
  });

  it('differ between the kernels of one cell', async () => {
    const cell = new GRUCell(3, {
      inputSize: 2,
      kernelInitializer: randomUniform(),
      store: new VariableStore({ seed: 7 }),
    });
    const weights = await cell.getWeights();
    const [gates, candidate] = [weights['gru_cell/gates/kernel'], weights['gru_cell/candidate/kernel']];
    expect(Array.from(gates?.data ?? []).slice(0, 15)).not.toEqual(Array.from(candidate?.data ?? []));
  });
});

describe('ArgumentError', () => {
  it('has its parts as fields', () => {
    const error = new ArgumentError('dynamicRnn', 'inputs to have shape [B, T, 3]', '[2, 9]', 'Reshape them.');
    expect(error.message).toBe('dynamicRnn: expected inputs to have shape [B, T, 3], got [2, 9]. Reshape them.');
    expect(error).toMatchObject({
      name: 'ArgumentError',
      where: 'dynamicRnn',
      expected: 'inputs to have shape [B, T, 3]',
      got: '[2, 9]',
      remedy: 'Reshape them.',
    });
    expect(error).toBeInstanceOf(Error);
  });
});
