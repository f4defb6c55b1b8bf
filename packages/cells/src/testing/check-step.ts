import '@rnn/cells/gradients';
import {
  add,
  engine,
  getBackend,
  mul,
  type Scalar,
  sum,
  type Tensor,
  tensor,
  tidy,
  zerosLike,
} from '@tensorflow/tfjs-core';
import { centralDifferences, expectClose, expectNoLeak, sequenceOf, tolerance } from 'testing';
import { expect } from 'vitest';
import type { BaseRNNCell } from '../base-rnn-cell';
import { LayerRNNCell } from '../layer-rnn-cell';
import { flattenState, type State, unflattenState, zeroState } from '../state';
import { dimsOf, type SizeOf } from '../tensor-shape';
import type { Row } from './float64';

/**
 * One step of one row of a batch in float64: its output and the parts of its new state, all row-major. `weights` are row-major, by name, without the
 * cell's own name in front.
 */
export type RowStep = (
  x: Row,
  state: readonly Row[],
  weights: Readonly<Record<string, Row>>,
) => { output: Row; state: readonly Row[] };

/** Small shapes, drawn once: `numUnits`, `inputSize` and `batchSize` from 1 to 5. */
export const randomShapes = [1, 2, 3].map((seed) => {
  const [numUnits = 1, inputSize = 1, batchSize = 1] = sequenceOf(3, seed).map((x) => 1 + Math.floor(2.5 * (x + 1)));
  return { numUnits, inputSize, batchSize };
});

/** Of the central differences: small against the curvature, and exact beside values that are multiples of 1/4096. */
const h = 1 / 1024;

/**
 * Holds a cell against a float64 step: output and new state, and the gradients to the inputs, the state and every weight against central
 * differences of that step. Every weight, input and state has values of its own, so that a swap shows. `stateOf`
 * makes a part of the state, numbered from 0, out of what was drawn for it, where not any numbers will do.
 */
export function checkStep<S extends State, I extends Tensor, O extends Tensor>(
  cell: BaseRNNCell<S, I, O>,
  { inputSize, batchSize }: { inputSize: SizeOf<I>; batchSize: number },
  rowStep: RowStep,
  stateOf: (part: number, drawn: number[]) => number[] = (_, drawn) => drawn,
): void {
  cell.build(inputSize);
  const variables = [...cell.variables.values()];
  const scope = cell instanceof LayerRNNCell ? `${cell.name}/` : '';
  const shortNames = [...cell.variables.keys()].map((name) => name.slice(scope.length));
  const weights = variables.map(({ size }, k) => sequenceOf(size, 100 + k));
  cell.setWeights(
    Object.fromEntries(
      [...cell.variables].map(([name, { shape }], k) => [name, { shape, data: weights[k] as number[] }]),
    ),
  );
  const like = zeroState<S>(cell.stateSize, batchSize);
  const shapes: number[][] = [[batchSize, ...dimsOf(inputSize)], ...flattenState(like).map((part) => part.shape)];
  const values = shapes.map((shape, k) => {
    const size = shape.reduce((product, n) => product * n);
    return k === 0 ? sequenceOf(size, k) : stateOf(k - 1, sequenceOf(size, k));
  });

  /** The output and the parts of the new state, from the inputs, the parts of the state and the weights. */
  const reference = (all: readonly Row[]): Row[] => {
    const named = Object.fromEntries(shortNames.map((name, k) => [name, all[shapes.length + k] as Row]));
    const rows = Array.from({ length: batchSize }, (_, b) => {
      const [x, ...state] = all.slice(0, shapes.length).map((flat) => {
        const width = flat.length / batchSize;
        return flat.slice(b * width, (b + 1) * width);
      });
      return rowStep(x as Row, state, named);
    });
    const parts = shapes.slice(1).map((_, k) => rows.flatMap(({ state }) => state[k] as Row));
    return [rows.flatMap(({ output }) => output), ...parts];
  };
  const points = [...values, ...weights];
  const want = reference(points);
  const coefficients = want.map(({ length }, k) => sequenceOf(length, 50 + k));

  const tensors = values.map((data, k) => tensor(data, shapes[k]));
  const call = (x: Tensor, ...state: Tensor[]): Tensor[] => {
    const [output, next] = cell.call(x as I, unflattenState(like, state));
    return [output, ...flattenState(next)];
  };
  expectNoLeak(() => {
    const got = call(...(tensors as [Tensor]));
    expect(got.map(({ shape }) => shape)).toEqual([[batchSize, ...dimsOf(cell.outputSize)], ...shapes.slice(1)]);
    for (const [k, part] of got.entries()) expectClose(part, want[k] as Row);
    return got;
  });

  const loss = (): Scalar =>
    call(...(tensors as [Tensor]))
      .map((part, k) => sum<Scalar>(mul(part, tensor(coefficients[k] as number[], part.shape))))
      .reduce((a, b) => add(a, b));
  const lossOf = (all: readonly Row[]): number =>
    reference(all)
      .map((part, k) => part.reduce((total, value, n) => total + value * (coefficients[k]?.[n] as number), 0))
      .reduce((a, b) => a + b);
  const xs = [...tensors, ...variables];
  // Nothing depends on the bias of a cell that normalises instead, and its gradient is 0.
  const gradientsOf = (): Tensor[] =>
    tidy(() => {
      const { grads } = engine().gradients(loss, xs, undefined, true);
      return grads.map((gradient: Tensor | null, k) => gradient ?? zerosLike(xs[k] as Tensor));
    });
  expectNoLeak(() => {
    const got = gradientsOf();
    for (const [k, gradient] of got.entries()) {
      const slopes = centralDifferences(
        (moved) => lossOf(points.map((point, n) => (n === k ? [...moved] : point))),
        points[k] as Row,
        h,
      );
      expectClose(gradient, slopes, tolerance(getBackend()).gradient);
    }
    return got;
  });
}
