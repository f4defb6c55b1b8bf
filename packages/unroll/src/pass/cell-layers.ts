import {
  type AnyRNNCell,
  joinState,
  type LayersRecurrence,
  LSTMStateTuple,
  type LstmRecurrence,
  type Recurrence,
  type State,
  splitState,
} from '@rnn/cells';
import type { LayerState, SequenceLayer } from '@rnn/kernels';
import type { Tensor2D } from '@tensorflow/tfjs-core';

/** A recurrence of a cell that is built. */
type Built<R> = R extends { weights?: unknown } ? R & Required<Pick<R, 'weights'>> : never;

/** The layers of a cell as an operation takes them, the lowest first; undefined where a cell among them has to be stepped. */
export function cellLayers({ recurrence }: AnyRNNCell, initialState: State | undefined): SequenceLayer[] | undefined {
  if (recurrence?.type === 'layers') {
    const states = layerStates(recurrence, initialState);
    const layers = recurrence.cells.map((cell, k) => cellLayers(cell, states?.[k]));
    return layers.includes(undefined) ? undefined : (layers as SequenceLayer[][]).flat();
  }
  return recurrence?.weights && [layerOf(recurrence as Built<Recurrence>, initialState)];
}

/** The initial states of a cell's layers. */
export function layerStates(
  { cells, stateIsTuple }: LayersRecurrence,
  initialState: State | undefined,
): readonly State[] | undefined {
  if (stateIsTuple || initialState === undefined) return initialState as readonly State[] | undefined;
  const sizes = cells.map(({ stateSize }) => stateSize);
  return splitState(initialState as Tensor2D, sizes);
}

function layerOf(recurrence: Built<Recurrence>, initialState: State | undefined): SequenceLayer {
  if (recurrence.type === 'lstm') return lstmLayer(recurrence, initialState);
  const { numUnits: _, ...layer } = recurrence;
  // None is not a tensor of zeros, for which a gradient would be computed.
  return { ...layer, ...(initialState && { initialState: initialState as Tensor2D }) };
}

function lstmLayer(recurrence: Built<LstmRecurrence>, initialState: State | undefined): SequenceLayer {
  const { numUnits, numProj = numUnits, usePeepholes: _, stateIsTuple, ...layer } = recurrence;
  const sizes = new LSTMStateTuple(numUnits, numProj);
  const pair = stateIsTuple ? initialState : initialState && splitState(initialState as Tensor2D, sizes);
  return { ...layer, ...(pair && { initialState: pair as LSTMStateTuple }) };
}

/** The cell's state from those of its layers, which `next` gives, the lowest first. */
export function cellState({ recurrence }: AnyRNNCell, next: () => LayerState): State {
  if (recurrence?.type === 'layers') {
    const states = recurrence.cells.map((cell) => cellState(cell, next));
    return recurrence.stateIsTuple ? states : joinState(states);
  }
  const { c, h } = next();
  if (recurrence?.type !== 'lstm') return h;
  const state = new LSTMStateTuple(c as Tensor2D, h);
  return recurrence.stateIsTuple ? state : joinState(state);
}
