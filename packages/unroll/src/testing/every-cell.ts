import {
  AttentionCellWrapper,
  BasicLSTMCell,
  BasicRNNCell,
  CFNCell,
  CoupledInputForgetGateLSTMCell,
  CudnnCompatibleGRUCell,
  CudnnCompatibleLSTMCell,
  DepthGatedLSTMCell,
  DropoutWrapper,
  flattenState,
  GLSTMCell,
  GRUCell,
  HighwayWrapper,
  IndRNNCell,
  IndyGRUCell,
  IndyLSTMCell,
  InputProjectionWrapper,
  IntersectionRNNCell,
  LayerNormBasicLSTMCell,
  LSTMCell,
  MinimalRNNCell,
  MultiRNNCell,
  NASCell,
  type NamedWeights,
  OutputProjectionWrapper,
  ResidualWrapper,
  type RNNCell,
  SRUCell,
  type State,
  TimeFreqLSTMCell,
  UGRNNCell,
  unflattenState,
  zeroState,
} from '@rnn/cells';
import { tensor } from '@tensorflow/tfjs-core';
import { sequenceOf } from 'testing';
import { CountingCell } from './counting-cell';

type Cell = RNNCell & { setWeights?(weights: NamedWeights): void; dispose?(): void };

/** D, the inputs' width that all of these take. */
export const inputSize = 3;

/** Each cell of `@rnn/cells`, bare, with its options, wrapped and stacked, and a third party's. */
export const everyCell: Readonly<Record<string, () => Cell>> = {
  BasicRNNCell: () => new BasicRNNCell(2),
  'BasicRNNCell, sigmoid': () => new BasicRNNCell(2, { activation: 'sigmoid' }),
  BasicLSTMCell: () => new BasicLSTMCell(2, { forgetBias: 0.5 }),
  'BasicLSTMCell, one tensor for a state': () => new BasicLSTMCell(2, { stateIsTuple: false }),
  LSTMCell: () => new LSTMCell(2),
  'LSTMCell, all options': () =>
    new LSTMCell(3, { usePeepholes: true, numProj: 2, cellClip: 5, projClip: 4, forgetBias: 2 }),
  'LSTMCell, projected, one tensor for a state': () => new LSTMCell(3, { numProj: 2, stateIsTuple: false }),
  GRUCell: () => new GRUCell(3),
  CudnnCompatibleGRUCell: () => new CudnnCompatibleGRUCell(3),
  CudnnCompatibleLSTMCell: () => new CudnnCompatibleLSTMCell(2),
  UGRNNCell: () => new UGRNNCell(2),
  CoupledInputForgetGateLSTMCell: () => new CoupledInputForgetGateLSTMCell(2),
  'CoupledInputForgetGateLSTMCell with peepholes, projected and clipped': () =>
    new CoupledInputForgetGateLSTMCell(3, { usePeepholes: true, numProj: 2, projClip: 4 }),
  'CoupledInputForgetGateLSTMCell, one tensor for a state': () =>
    new CoupledInputForgetGateLSTMCell(3, { numProj: 2, stateIsTuple: false }),
  LayerNormBasicLSTMCell: () => new LayerNormBasicLSTMCell(4),
  'LayerNormBasicLSTMCell without normalisation': () => new LayerNormBasicLSTMCell(2, { layerNorm: false }),
  NASCell: () => new NASCell(3),
  'NASCell, all options': () => new NASCell(3, { useBias: true, numProj: 2 }),
  IndRNNCell: () => new IndRNNCell(2),
  IndyGRUCell: () => new IndyGRUCell(3),
  IndyLSTMCell: () => new IndyLSTMCell(2),
  MinimalRNNCell: () => new MinimalRNNCell(2),
  CFNCell: () => new CFNCell(2),
  SRUCell: () => new SRUCell(2),
  DepthGatedLSTMCell: () => new DepthGatedLSTMCell(2, { usePeepholes: true }),
  GLSTMCell: () => new GLSTMCell(3, { numberOfGroups: 3 }),
  'IntersectionRNNCell, projected': () => new IntersectionRNNCell(2, { numInProj: 2, yActivation: 'tanh' }),
  TimeFreqLSTMCell: () => new TimeFreqLSTMCell(2, { featureSize: 2, usePeepholes: true }),
  AttentionCellWrapper: () => new AttentionCellWrapper(new BasicLSTMCell(2), { attnLength: 2 }),
  HighwayWrapper: () => new HighwayWrapper(new GRUCell(inputSize), { coupleCarryTransformGates: false }),
  InputProjectionWrapper: () => new InputProjectionWrapper(new GRUCell(2), { numProj: 2, activation: 'tanh' }),
  OutputProjectionWrapper: () => new OutputProjectionWrapper(new LSTMCell(2), { outputSize: 4 }),
  ResidualWrapper: () => new ResidualWrapper(new GRUCell(inputSize)),
  'DropoutWrapper that keeps all': () => new DropoutWrapper(new BasicLSTMCell(2)),
  'MultiRNNCell of an LSTM and a GRU': () => new MultiRNNCell([new LSTMCell(2), new GRUCell(3)]),
  'MultiRNNCell of one cell': () => new MultiRNNCell([new BasicRNNCell(2)]),
  'MultiRNNCell, one tensor for a state': () =>
    new MultiRNNCell([new BasicLSTMCell(2, { stateIsTuple: false }), new GRUCell(2)], { stateIsTuple: false }),
  'MultiRNNCell with a wrapped layer': () =>
    new MultiRNNCell([new GRUCell(inputSize), new ResidualWrapper(new BasicRNNCell(inputSize)), new LSTMCell(2)]),
  CountingCell: () => new CountingCell(inputSize),
};

/** Cells that take other inputs, or hold another state, than any numbers will do for: `other-cells.test.ts` runs those. */
export const otherCells: readonly string[] = [
  'ClockworkRNNCell',
  'Conv1DLSTMCell',
  'Conv2DLSTMCell',
  'Conv3DLSTMCell',
  'ConvLSTMCell',
  'EmbeddingWrapper',
  'NTMCell',
  'PhasedLSTMCell',
];

/** A built cell whose weights, biases too, are all different. */
export function drawnCell(name: string, seed = 1): Cell {
  const cell = (everyCell[name] as () => Cell)();
  cell.build?.(inputSize);
  const weights = [...(cell.variables ?? [])].map(([name, { shape, size }], k) => {
    return [name, { shape, data: sequenceOf(size, seed + k) }] as const;
  });
  if (weights.length > 0) cell.setWeights?.(Object.fromEntries(weights));
  return cell;
}

/** A state whose numbers are all different. */
export function drawnState(cell: Cell, batchSize: number, seed = 30): State {
  const zero = zeroState(cell.stateSize, batchSize);
  const parts = flattenState(zero).map(({ shape, size }, k) => tensor(sequenceOf(size, seed + k), shape));
  return unflattenState(zero, parts);
}
