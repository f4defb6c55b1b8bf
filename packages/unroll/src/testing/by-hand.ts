import { flattenState, type RNNCell, type State, unflattenState } from '@rnn/cells';
import { type Tensor2D, tensor, tidy } from '@tensorflow/tfjs-core';

export interface Sizes {
  readonly B: number;
  readonly T: number;
  /** D, or the shape of one row of one step. */
  readonly D: number | readonly number[];
}

export interface ByHand {
  /** `[B, T, P]`, row-major. */
  readonly outputs: number[];
  /** Of each part of the final state, row-major. */
  readonly state: number[][];
}

/**
 * What a runner must give, from `cell.call` in a loop and arrays alone: every row runs all steps, then its outputs past its length are set to
 * zero and its state is looked up where its length ends. Backward, each row of the array is reversed within its length before and after.
 */
export function stepByHand(
  cell: RNNCell,
  inputs: ArrayLike<number>,
  { B, T, D: row }: Sizes,
  initial: State,
  lengths: readonly number[] = new Array<number>(B).fill(T),
  backward = false,
): ByHand {
  const rowShape = [row].flat();
  const D = rowShape.reduce((product, n) => product * n, 1);
  /** The step that row b sees as its t-th. */
  const seen = (b: number, t: number): number => {
    const length = lengths[b] as number;
    return backward && t < length ? length - 1 - t : t;
  };
  return tidy(() => {
    const drawn = cell.forSequence?.(B, D) ?? cell;
    const outputs: number[] = [];
    let state = initial;
    const states = [flattenState(state).map((part) => part.dataSync())];
    for (let t = 0; t < T; t++) {
      const x = new Float32Array(B * D);
      for (let b = 0; b < B; b++) {
        for (let d = 0; d < D; d++) x[b * D + d] = inputs[(b * T + seen(b, t)) * D + d] as number;
      }
      const [output, next] = drawn.call(tensor(x, [B, ...rowShape] as never) as Tensor2D, state);
      const values = output.dataSync();
      const P = values.length / B;
      for (let b = 0; b < B; b++) {
        const at = (b * T + seen(b, t)) * P;
        for (let p = 0; p < P; p++) outputs[at + p] = t < (lengths[b] as number) ? (values[b * P + p] as number) : 0;
      }
      state = unflattenState(initial, flattenState(next));
      states.push(flattenState(state).map((part) => part.dataSync()));
    }
    const final = flattenState(initial).map((part, k) => {
      const width = part.size / B;
      return Array.from({ length: part.size }, (_, at) => {
        const length = lengths[Math.floor(at / width)] as number;
        return states[length]?.[k]?.[at] as number;
      });
    });
    return { outputs, state: final } as never;
  });
}
