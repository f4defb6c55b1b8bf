import type { RNNCell } from './cell';
import type { State } from './state';

/** A cell as one pass calls it: with the sizes and the class of `cell`, which errors and `explain` tell, and a step of its own. */
export const cellForPass = <S extends State>(cell: RNNCell<S>, call: RNNCell<S>['call']): RNNCell<S> =>
  ({ constructor: cell.constructor, stateSize: cell.stateSize, outputSize: cell.outputSize, call }) as RNNCell<S>;
