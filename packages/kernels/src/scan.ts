import {
  clone,
  type Rank,
  reshape,
  type Tensor,
  type Tensor2D,
  type Tensor3D,
  tensor,
  where,
  zeros,
  zerosLike,
} from '@tensorflow/tfjs-core';
import type { SequenceArgs } from './sequence';
import { fromSteps, pieces, toSteps } from './steps';
import { whereRows } from './where-rows';

/** TensorFlow 1's default of `parallel_iterations`. */
const defaultParallelIterations = 32;

/** A recurrence cut in two: what needs no state, for many steps at once, and the step itself. */
export interface ScanStep {
  /** `[n · B, D]` to `[n · B, G]`. Default: the inputs themselves. */
  readonly project?: (x: Tensor2D) => Tensor2D;
  /** What `project` gave for one step, `[B, G]`, and the state give the output `[B, P]` and the new state. */
  readonly step: (projected: Tensor2D, state: readonly Tensor[]) => [Tensor2D, readonly Tensor[]];
  readonly initialState: readonly Tensor[];
  /** P */
  readonly outputSize: number;
  /** Called after each step, in the order in which they run, with what the step gives after masking. */
  readonly onStep?: (t: number, output: Tensor2D, state: readonly Tensor[]) => void;
}

/**
 * The loop over time out of stock operations: `inputs [T, B, D]` give the outputs `[T, B, P]` and the final state.
 *
 * With lengths, a row past its length outputs zeros and keeps its state. Steps past the longest length are not computed, and steps up to
 * the shortest are not masked. Reversed, the loop runs from the last step to the first: a row keeps its initial state until its own last
 * valid step, which is the same as reversing each row within its length.
 *
 * Call it inside `tidy`, and with checked arguments.
 */
export function scan(
  { inputs, lengths, reverse = false, parallelIterations = defaultParallelIterations }: SequenceArgs,
  { project = (x) => x, step, initialState, outputSize, onStep }: ScanStep,
): { outputs: Tensor3D; state: readonly Tensor[] } {
  const [T, B, D] = inputs.shape;
  const rows = lengths === undefined ? new Array<number>(B).fill(T) : Array.from(lengths);
  const shortest = rows.reduce((least, length) => Math.min(least, length), T);
  // One step at least, though it be masked for all rows: gradients are then zeros, as TensorFlow's are, and not missing.
  const longest = rows.reduce((most, length) => Math.max(most, length), Math.min(1, T, B));
  const keepValid = (t: number, value: Tensor, otherwise: Tensor): Tensor => {
    const valid = rows.map((length) => t < length);
    return whereRows(valid, value, otherwise);
  };

  const blank = zeros<Rank.R2>([B, outputSize]);
  const outputs = new Array<Tensor2D>(T).fill(blank);
  // A state that no step changes must not be handed back as the caller's own tensor.
  let state: readonly Tensor[] = initialState.map((part) => clone(part));

  const clean = shortest < longest ? withoutPadding(inputs, rows) : inputs;
  const chunks = pieces(clean, parallelIterations, longest).map((x, k) => ({ x, first: k * parallelIterations }));
  for (const { first, x } of reverse ? chunks.reverse() : chunks) {
    const n = x.shape[0];
    const projected = toSteps(reshape(project(reshape(x, [n * B, D])), [n, B, -1]) as Tensor3D);
    for (let k = 0; k < n; k++) {
      const at = reverse ? n - 1 - k : k;
      const t = first + at;
      const old = state;
      const [output, next] = step(projected[at] as Tensor2D, old);
      outputs[t] = t < shortest ? output : (keepValid(t, output, blank) as Tensor2D);
      state = t < shortest ? next : next.map((part, i) => keepValid(t, part, old[i] as Tensor));
      onStep?.(t, outputs[t], state);
    }
  }
  return { outputs: T > 0 ? fromSteps(outputs) : zeros([0, B, outputSize]), state };
}

/**
 * Zeros in place of what lies past each row's length. Masking the outputs is not enough: where the padding is not finite, the backward pass
 * would multiply it by the masked gradient, and 0 · NaN is NaN in every weight.
 */
function withoutPadding(inputs: Tensor3D, lengths: readonly number[]): Tensor3D {
  const [T, B] = inputs.shape;
  const valid = Array.from({ length: T }, (_, t) => lengths.map((length) => t < length)).flat();
  return where(tensor(valid, [T, B, 1], 'bool'), inputs, zerosLike(inputs));
}
