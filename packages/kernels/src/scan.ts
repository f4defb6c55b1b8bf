import {
  clone,
  reshape,
  split,
  stack,
  type Tensor,
  type Tensor2D,
  type Tensor3D,
  tensor,
  unstack,
  where,
  zeros,
  zerosLike,
} from '@tensorflow/tfjs-core';
import type { SequenceArgs } from './sequence';

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
  const rows = lengths === undefined ? [] : Array.from(lengths);
  const shortest = lengths === undefined ? T : Math.min(...rows);
  const longest = lengths === undefined ? T : Math.max(...rows);
  const keepValid = (t: number, value: Tensor, otherwise: Tensor): Tensor => {
    const valid = rows.map((length) => t < length);
    return where(tensor(valid, [B, ...new Array<number>(value.rank - 1).fill(1)], 'bool'), value, otherwise);
  };

  const blank = zeros([B, outputSize]);
  const outputs = new Array<Tensor>(T).fill(blank);
  // A state that no step changes must not be handed back as the caller's own tensor.
  let state: readonly Tensor[] = initialState.map((part) => clone(part));

  const chunks = cut(shortest < longest ? withoutPadding(inputs, rows) : inputs, longest, parallelIterations);
  for (const { first, x } of reverse ? chunks.reverse() : chunks) {
    const n = x.shape[0];
    const projected = unstack(reshape(project(reshape(x, [n * B, D])), [n, B, -1])) as Tensor2D[];
    for (let k = 0; k < n; k++) {
      const at = reverse ? n - 1 - k : k;
      const t = first + at;
      const old = state;
      const [output, next] = step(projected[at] as Tensor2D, old);
      outputs[t] = t < shortest ? output : keepValid(t, output, blank);
      state = t < shortest ? next : next.map((part, i) => keepValid(t, part, old[i] as Tensor));
      onStep?.(t, outputs[t] as Tensor2D, state);
    }
  }
  return { outputs: (T > 0 ? stack(outputs) : zeros([0, B, outputSize])) as Tensor3D, state };
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

/** The first `steps` steps of `[T, B, D]` in pieces of at most `size` steps. One split, as its gradient is one concatenation. */
function cut(inputs: Tensor3D, steps: number, size: number): { first: number; x: Tensor3D }[] {
  const T = inputs.shape[0];
  if (steps === 0) return [];
  if (steps === T && T <= size) return [{ first: 0, x: inputs }];
  const sizes = Array.from({ length: Math.ceil(steps / size) }, (_, k) => Math.min(size, steps - k * size));
  const pieces = split(inputs, steps < T ? [...sizes, T - steps] : sizes, 0);
  return sizes.map((_, k) => ({ first: k * size, x: pieces[k] as Tensor3D }));
}
