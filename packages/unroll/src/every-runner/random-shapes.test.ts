import '@rnn/cells/gradients';
import {
  type BaseRNNCell,
  BasicLSTMCell,
  BasicRNNCell,
  CudnnCompatibleGRUCell,
  DropoutWrapper,
  flattenState,
  GRUCell,
  LSTMCell,
  MultiRNNCell,
  Random,
  ResidualWrapper,
  type State,
  unflattenState,
  zeroState,
} from '@rnn/cells';
import {
  add,
  addN,
  clone,
  engine,
  mul,
  reshape,
  type Scalar,
  stack,
  sum,
  type Tensor,
  type Tensor2D,
  type Tensor3D,
  tensor,
  tidy,
  unstack,
  type Variable,
  zerosLike,
} from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { dynamicRnn } from '../runners/dynamic-rnn';
import { staticRnn } from '../runners/static-rnn';

type Cell = BaseRNNCell<State>;

/** Each cell for D inputs and H units. */
const cells: Record<string, (D: number, H: number) => Cell> = {
  BasicRNNCell: (_, H) => new BasicRNNCell(H),
  BasicLSTMCell: (_, H) => new BasicLSTMCell(H, { forgetBias: 0.5 }),
  LSTMCell: (_, H) => new LSTMCell(H),
  'LSTMCell, peepholes, projected': (D, H) => new LSTMCell(H, { usePeepholes: true, numProj: D + 1 }),
  GRUCell: (_, H) => new GRUCell(H),
  CudnnCompatibleGRUCell: (_, H) => new CudnnCompatibleGRUCell(H),
  MultiRNNCell: (_, H) => new MultiRNNCell([new LSTMCell(H), new GRUCell(H + 1)]) as unknown as Cell,
  ResidualWrapper: (D) => new ResidualWrapper(new GRUCell(D)) as unknown as Cell,
  DropoutWrapper: (_, H) => new DropoutWrapper(new BasicLSTMCell(H)) as unknown as Cell,
};

const runners: Record<
  string,
  (cell: Cell, inputs: Tensor3D, initialState: State, sequenceLength: number[]) => [Tensor, State]
> = {
  dynamicRnn: (cell, inputs, initialState, sequenceLength) =>
    dynamicRnn(cell, inputs, { initialState, sequenceLength, timeMajor: true }),
  staticRnn: (cell, inputs, initialState, sequenceLength) => {
    // A list of its own tensors, as TensorFlow.js has no gradient for an unstack into one.
    const steps =
      inputs.shape[0] === 1
        ? [reshape(inputs, [inputs.shape[1], inputs.shape[2]]) as Tensor2D]
        : (unstack(inputs) as Tensor2D[]);
    const [outputs, state] = staticRnn(cell, steps, { initialState, sequenceLength });
    return [stack(outputs), state];
  },
};

/** As many of these sizes, lengths and values as a seed gives. */
function draw(seed: number) {
  const random = new Random(seed);
  const whole = (low: number, high: number): number => Math.floor(random.uniform(low, high + 1));
  const [B, T, D, H] = [whole(1, 5), whole(1, 6), whole(1, 4), whole(1, 9)] as const;
  const lengths = Array.from({ length: B }, () => whole(0, T));
  const like = ({ shape, size }: { shape: number[]; size: number }): Tensor =>
    tensor(
      Float32Array.from({ length: size }, () => random.uniform(-1, 1)),
      shape,
    );
  return { B, T, D, H, lengths, like };
}

const dot = (a: Float32Array, b: Float32Array): number =>
  a.reduce((total, value, i) => total + value * (b[i] as number), 0);

describe.each(Object.keys(runners))('gradients under %s equal central differences', (runner) => {
  describe.each(Object.keys(cells))('of %s', (name) => {
    test.each([1, 2, 3])('for random small shapes, draw %i', (seed) => {
      const { B, T, D, H, lengths, like } = draw(seed * 101 + name.length);
      const cell = (cells[name] as (D: number, H: number) => Cell)(D, H);
      cell.build(D);
      tidy(() => {
        for (const variable of cell.variables.values()) (variable as Variable).assign(like(variable));
        const zero = zeroState(cell.stateSize, B);
        const start = flattenState(zero).map(like);
        const inputs = like({ shape: [T, B, D], size: T * B * D });
        const coefficients: Tensor[] = [];
        const loss = (x: Tensor, state: readonly Tensor[]): Scalar => {
          const [outputs, final] = (runners[runner] as (typeof runners)[string])(
            cell,
            x as Tensor3D,
            unflattenState(zero, state),
            lengths,
          );
          const parts = [outputs, ...flattenState(final)];
          if (coefficients.length === 0) coefficients.push(...parts.map(like));
          return addN(parts.map((part, i) => sum(mul(part, coefficients[i] as Tensor)))) as Scalar;
        };
        loss(inputs, start);
        const variables = [...cell.variables.values()];
        const xs = [inputs, ...start, ...variables];
        const { grads } = engine().gradients(() => loss(inputs, start), xs, undefined, true);

        // Along a random direction in all tensors at once: f(x + h d) - f(x - h d) over 2 h, extrapolated to h = 0 from two h.
        for (let direction = 0; direction < 3; direction++) {
          const along = xs.map((x) => like(x));
          const at = (h: number): number =>
            tidy(() => {
              const moved = xs.map((x, i) => add(x, mul(along[i] as Tensor, h)));
              const kept = variables.map((variable) => clone(variable));
              for (const [k, variable] of variables.entries()) variable.assign(moved[1 + start.length + k] as Tensor);
              const value = loss(moved[0] as Tensor, moved.slice(1, 1 + start.length)).dataSync()[0] as number;
              for (const [k, variable] of variables.entries()) variable.assign(kept[k] as Tensor);
              return value;
            });
          const slope = (h: number): number => (at(h) - at(-h)) / (2 * h);
          const numeric = (4 * slope(1 / 64) - slope(1 / 32)) / 3;
          const terms = xs.map((x, i) =>
            dot((grads[i] ?? zerosLike(x)).dataSync<'float32'>(), (along[i] as Tensor).dataSync<'float32'>()),
          );
          const scale = terms.reduce((total, term) => total + Math.abs(term), 1);
          expect(Math.abs(terms.reduce((a, b) => a + b, 0) - numeric) / scale).toBeLessThan(2e-4);
        }
      });
      cell.dispose();
    });
  });
});
