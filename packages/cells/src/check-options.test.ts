import { describe, expect, it } from 'vitest';
import * as cells from './index';
import { expectThrows } from './testing/expect-throws';

const cell = () => new cells.GRUCell(2);
const made = {
  AttentionCellWrapper: (options: object) => new cells.AttentionCellWrapper(cell(), { attnLength: 2, ...options }),
  BasicLSTMCell: (options: object) => new cells.BasicLSTMCell(2, options),
  BasicRNNCell: (options: object) => new cells.BasicRNNCell(2, options),
  CFNCell: (options: object) => new cells.CFNCell(2, options),
  ClockworkRNNCell: (options: object) => new cells.ClockworkRNNCell(2, { periods: [1], ...options }),
  CoupledInputForgetGateLSTMCell: (options: object) => new cells.CoupledInputForgetGateLSTMCell(2, options),
  CudnnCompatibleGRUCell: (options: object) => new cells.CudnnCompatibleGRUCell(2, options),
  CudnnCompatibleLSTMCell: (options: object) => new cells.CudnnCompatibleLSTMCell(2, options),
  DepthGatedLSTMCell: (options: object) => new cells.DepthGatedLSTMCell(2, options),
  DropoutWrapper: (options: object) => new cells.DropoutWrapper(cell(), options),
  EmbeddingWrapper: (options: object) =>
    new cells.EmbeddingWrapper(cell(), { embeddingClasses: 2, embeddingSize: 2, ...options }),
  GLSTMCell: (options: object) => new cells.GLSTMCell(2, options),
  GRUCell: (options: object) => new cells.GRUCell(2, options),
  HighwayWrapper: (options: object) => new cells.HighwayWrapper(cell(), options),
  IndRNNCell: (options: object) => new cells.IndRNNCell(2, options),
  IndyGRUCell: (options: object) => new cells.IndyGRUCell(2, options),
  IndyLSTMCell: (options: object) => new cells.IndyLSTMCell(2, options),
  InputProjectionWrapper: (options: object) => new cells.InputProjectionWrapper(cell(), { numProj: 2, ...options }),
  IntersectionRNNCell: (options: object) => new cells.IntersectionRNNCell(2, options),
  LSTMCell: (options: object) => new cells.LSTMCell(2, options),
  LayerNormBasicLSTMCell: (options: object) => new cells.LayerNormBasicLSTMCell(2, options),
  MinimalRNNCell: (options: object) => new cells.MinimalRNNCell(2, options),
  MultiRNNCell: (options: object) => new cells.MultiRNNCell([cell()], options),
  NASCell: (options: object) => new cells.NASCell(2, options),
  OutputProjectionWrapper: (options: object) =>
    new cells.OutputProjectionWrapper(cell(), { outputSize: 2, ...options }),
  PhasedLSTMCell: (options: object) => new cells.PhasedLSTMCell(2, options),
  ResidualWrapper: (options: object) => new cells.ResidualWrapper(cell(), options),
  SRUCell: (options: object) => new cells.SRUCell(2, options),
  TimeFreqLSTMCell: (options: object) => new cells.TimeFreqLSTMCell(2, { featureSize: 1, ...options }),
  UGRNNCell: (options: object) => new cells.UGRNNCell(2, options),
  ZoneoutWrapper: (options: object) => new cells.ZoneoutWrapper(cell(), options),
};

/** Who takes an option of each name. */
const flags: Readonly<Record<string, readonly (keyof typeof made)[]>> = {
  stateIsTuple: ['AttentionCellWrapper', 'BasicLSTMCell', 'CoupledInputForgetGateLSTMCell', 'LSTMCell', 'MultiRNNCell'],
  usePeepholes: [
    'CoupledInputForgetGateLSTMCell',
    'DepthGatedLSTMCell',
    'LSTMCell',
    'PhasedLSTMCell',
    'TimeFreqLSTMCell',
  ],
  layerNorm: ['CoupledInputForgetGateLSTMCell', 'LayerNormBasicLSTMCell'],
  useBias: ['NASCell'],
  trainableRatioOn: ['PhasedLSTMCell'],
  coupleCarryTransformGates: ['HighwayWrapper'],
  variationalRecurrent: ['DropoutWrapper'],
};
const initializers: Readonly<Record<string, readonly (keyof typeof made)[]>> = {
  initializer: [
    'ClockworkRNNCell',
    'CoupledInputForgetGateLSTMCell',
    'DepthGatedLSTMCell',
    'EmbeddingWrapper',
    'GLSTMCell',
    'IntersectionRNNCell',
    'LSTMCell',
    'TimeFreqLSTMCell',
    'UGRNNCell',
  ],
  kernelInitializer: ['CFNCell', 'CudnnCompatibleGRUCell', 'GRUCell', 'IndyGRUCell', 'IndyLSTMCell', 'MinimalRNNCell'],
  biasInitializer: ['CFNCell', 'GRUCell', 'IndyGRUCell', 'IndyLSTMCell', 'MinimalRNNCell'],
};
const seeds = { seed: ['DropoutWrapper', 'ZoneoutWrapper'], dropoutProbSeed: ['LayerNormBasicLSTMCell'] } as const;
const pairsOf = (all: Readonly<Record<string, readonly (keyof typeof made)[]>>) =>
  Object.entries(all).flatMap(([option, names]) => names.map((name) => [name, option] as const));

describe('options', () => {
  it.each(pairsOf(flags))('%s refuses a %s that is neither true nor false', (name, option) => {
    expectThrows(() => made[name]({ [option]: 'no' }), `${name}: expected ${option} to be true or false, got 'no'`);
  });

  it.each(pairsOf(initializers))('%s refuses a %s that is no function', (name, option) => {
    expectThrows(() => made[name]({ [option]: 0.1 }), `${name}: expected ${option} to be a function, got 0.1`);
  });

  it.each(pairsOf(seeds))('%s refuses a %s that is no number', (name, option) => {
    expectThrows(() => made[name]({ [option]: '1' }), `${name}: expected ${option} to be a finite number, got '1'`);
  });

  it.each(Object.keys(made) as (keyof typeof made)[])('%s takes options that are left undefined', (name) => {
    const all = [...Object.keys(flags), ...Object.keys(initializers), ...Object.keys(seeds), 'name', 'store', 'reuse'];
    expect(() => made[name](Object.fromEntries(all.map((option) => [option, undefined])))).not.toThrow();
  });

  const layers = Object.keys(made).filter((name) => !/^(Dropout|Zoneout|Residual)Wrapper$|^MultiRNNCell$/.test(name));
  it.each(layers as (keyof typeof made)[])('%s refuses a name, store or reuse that is none', (name) => {
    expectThrows(() => made[name]({ name: 3 }), `${name}: expected name to be a string, got 3`);
    expectThrows(
      () => made[name]({ store: {} }),
      `${name}: expected store to be a VariableStore, got an object that is no tensor`,
    );
    expectThrows(() => made[name]({ reuse: 'yes' }), `${name}: expected reuse to be true, false or 'auto', got 'yes'`);
  });

  it('refuses a residualFn that is no function', () => {
    expectThrows(
      () => made.ResidualWrapper({ residualFn: 'sum' }),
      "ResidualWrapper: expected residualFn to be a function, got 'sum'",
    );
  });

  it('refuses options that are no object, or left out where one is needed', () => {
    const refused = (make: () => unknown, where: string, got: string) =>
      expectThrows(make, `${where}: expected options to be an object, got ${got}`);
    refused(() => new cells.GRUCell(2, 'tanh' as never), 'GRUCell', "'tanh'");
    refused(() => new cells.LSTMCell(2, null as never), 'LSTMCell', 'null');
    refused(() => new cells.ClockworkRNNCell(2, undefined as never), 'ClockworkRNNCell', 'undefined');
    refused(() => new cells.TimeFreqLSTMCell(2, undefined as never), 'TimeFreqLSTMCell', 'undefined');
    const { AttentionCellWrapper, EmbeddingWrapper, HighwayWrapper, ResidualWrapper } = cells;
    refused(() => new AttentionCellWrapper(cell(), undefined as never), 'AttentionCellWrapper', 'undefined');
    refused(() => new EmbeddingWrapper(cell(), undefined as never), 'EmbeddingWrapper', 'undefined');
    refused(() => new HighwayWrapper(cell(), 0.5 as never), 'HighwayWrapper', '0.5');
    refused(() => new ResidualWrapper(cell(), 0.5 as never), 'ResidualWrapper', '0.5');
    refused(() => new cells.DropoutWrapper(cell(), 0.5 as never), 'DropoutWrapper', '0.5');
    refused(() => new cells.ZoneoutWrapper(cell(), 0.5 as never), 'ZoneoutWrapper', '0.5');
    refused(() => new cells.MultiRNNCell([cell()], true as never), 'MultiRNNCell', 'true');
    refused(() => cells.trainableInitialState(cell(), 1 as never), 'trainableInitialState', '1');
  });

  it('is asked of every exported cell', () => {
    const isCell = (value: unknown) => typeof value === 'function' && typeof value.prototype?.call === 'function';
    const exported = Object.entries(cells).filter(([, value]) => isCell(value));
    const others = ['DeviceWrapper', 'LayerRNNCell']; // one has no options, the other is none
    expect(exported.map(([name]) => name).sort()).toEqual([...Object.keys(made), ...others].sort());
  });
});
