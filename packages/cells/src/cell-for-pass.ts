import type { RNNCell } from './cell';
import type { State } from './state';

/** A cell as one pass calls it: with the sizes and the class of `cell`, which errors and `explain` tell, and a step of its own. */
export function cellForPass<S extends State>(cell: RNNCell<S>, call: RNNCell<S>['call']): RNNCell<S> {
  const { stateSize, outputSize, device } = cell;
  return { ...{ constructor: cell.constructor, stateSize, outputSize, call }, ...(device !== undefined && { device }) };
}
