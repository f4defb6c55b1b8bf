import { type AnyRNNCell, dimsOf, flattenState, type State, unflattenState, widthOf } from '@rnn/cells';
import { tensor, tidy } from '@tensorflow/tfjs-core';

export interface Sizes {
  readonly B: number;
  readonly T: number;
  /** How many numbers a row has at a step. */
  readonly D: number;
}

export interface ByHand {
  /** `[B, T, …]`, row-major. */
  readonly outputs: number[];
  /** Of each part of the final state, row-major. */
  readonly state: number[][];
}

/**
 * What a runner must give, from `cell.call` in a loop and arrays alone: every row runs all steps, then its outputs past its length are set to
 * zero and its state is looked up where its length ends. Backward, each row of the array is reversed within its length before and after.
 */
export function stepByHand(
  cell: AnyRNNCell,
  inputs: ArrayLike<number>,
  { B, T, D }: Sizes,
  initial: State,
  lengths: readonly number[] = new Array<number>(B).fill(T),
  backward = false,
): ByHand {
  const P = widthOf(cell.outputSize);
  const inputSize = cell.inputShape ?? D;
  /** The step that row b sees as its t-th. */
  const seen = (b: number, t: number): number => {
    const length = lengths[b] as number;
    return backward && t < length ? length - 1 - t : t;
  };
  const outputs = new Array<number>(B * T * P).fill(0);
  return tidy(() => {
    // What is random once a sequence is drawn here, as in a runner.
    const drawn = cell.forSequence?.(B, inputSize) ?? cell;
    let state = initial;
    const states = [flattenState(state).map((part) => part.dataSync())];
    for (let t = 0; t < T; t++) {
      const x = new Float32Array(B * D);
      for (let b = 0; b < B; b++) {
        for (let d = 0; d < D; d++) x[b * D + d] = inputs[(b * T + seen(b, t)) * D + d] as number;
      }
      const [output, next] = drawn.call(tensor(x, [B, ...dimsOf(inputSize)]), state);
      const values = output.dataSync();
      for (let b = 0; b < B; b++) {
        if (t >= (lengths[b] as number)) continue;
        for (let p = 0; p < P; p++) outputs[(b * T + seen(b, t)) * P + p] = values[b * P + p] as number;
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
