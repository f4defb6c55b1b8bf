import '@rnn/cells/gradients';
import { flattenState, type State, unflattenState, zeroState } from '@rnn/cells';
import {
  add,
  dot,
  getBackend,
  grads,
  reshape,
  type Tensor,
  type Tensor3D,
  tensor,
  tensor1d,
  tidy,
  type Variable,
} from '@tensorflow/tfjs-core';
import { alongDirections, expectClose, expectNoLeak, sequenceOf, slopesAlongDirections, tolerance } from 'testing';
import { describe, expect, test } from 'vitest';
import { stepByHand } from '../testing/by-hand';
import { type Cell, drawnState, inputSize } from '../testing/every-cell';
import { bothWays, type RunBothWays, type StackOptions, stacked } from '../testing/every-runner';
import { everyPair, everyStack, type Stack, widthOf } from '../testing/every-stack';

const [B, T] = [3, 4];
const mixed = [3, 0, 4];
const drawn = (): number[] => sequenceOf(B * T * inputSize, 7);
const toTensor = (values: ArrayLike<number>): Tensor3D => tensor([...Array.from(values)], [B, T, inputSize]);

type States = Pick<StackOptions, 'statesFw' | 'statesBw'>;
const statesOf = (cells: readonly Cell[], seed: number): State[] =>
  cells.map((cell, k) => drawnState(cell, B, seed + 5 * k));
const bothStates = ({ cellsFw, cellsBw }: Stack) => ({
  statesFw: statesOf(cellsFw, 30),
  statesBw: statesOf(cellsBw, 60),
});

/** The outputs and the parts of the final states, forward ones first, row-major: each layer stepped by hand both ways and joined entry by entry. */
function layersByHand({ cellsFw, cellsBw }: Stack, x: ArrayLike<number>, states: States, lengths?: readonly number[]) {
  let below = x;
  let D = inputSize;
  const final: { forward: number[][]; backward: number[][] } = { forward: [], backward: [] };
  for (const [k, cellFw] of cellsFw.entries()) {
    const cellBw = cellsBw[k] as Cell;
    const step = (cell: Cell, given: readonly State[] | undefined, reverse: boolean) =>
      stepByHand(cell, below, { B, T, D }, given?.[k] ?? zeroState(cell.stateSize, B), lengths, reverse);
    const [fw, bw] = [step(cellFw, states.statesFw, false), step(cellBw, states.statesBw, true)];
    final.forward.push(...fw.state);
    final.backward.push(...bw.state);
    const [P, Q] = [cellFw.outputSize, cellBw.outputSize];
    below = Array.from({ length: B * T }, (_, at) => [
      ...fw.outputs.slice(at * P, (at + 1) * P),
      ...bw.outputs.slice(at * Q, (at + 1) * Q),
    ]).flat();
    D = P + Q;
  }
  return [below as number[], ...final.forward, ...final.backward];
}

/** Each runner on what it takes. */
const runs = [
  ...Object.entries(bothWays).flatMap(([runner, run]) =>
    Object.entries(everyPair).map((made) => [runner, run, ...made] as const),
  ),
  ...Object.entries(stacked).flatMap(([runner, run]) =>
    Object.entries(everyStack).map((made) => [runner, run, ...made] as const),
  ),
].map(([runner, run, title, make]) => ({ runner, run, title, make }));

/** The outputs and the parts of the final states, forward ones first. */
function allOf(...[outputs, statesFw, statesBw]: ReturnType<RunBothWays>): Tensor[] {
  return [outputs, ...[...statesFw, ...statesBw].flatMap(flattenState)];
}

describe.each(runs)('$runner of $title', ({ run, make }) => {
  describe.each(['auto', 'reference'] as const)('kernel: %s', (kernel) => {
    test.each([
      { lengths: undefined },
      { lengths: [0, 0, 0] },
      { lengths: [1, 1, 1] },
      { lengths: [4, 4, 4] },
      { lengths: [3, 0, 4] },
      { lengths: [1, 4, 2] },
    ])(
      'gives what stepping by hand gives, from an initial state each way, and leaves nothing behind: lengths $lengths',
      ({ lengths }) => {
        const [stack, x] = [make(), toTensor(drawn())];
        const states = bothStates(stack);
        const want = layersByHand(stack, drawn(), states, lengths);
        const options = { kernel, ...states, ...(lengths && { sequenceLength: lengths }) };
        expectNoLeak(() =>
          tidy(() => {
            const got = allOf(...run(stack.cellsFw, stack.cellsBw, x, options));
            expect(got[0]?.shape).toEqual([
              B,
              T,
              widthOf([stack.cellsFw.at(-1) as Cell, stack.cellsBw.at(-1) as Cell]),
            ]);
            expect(got).toHaveLength(want.length);
            for (const [k, part] of got.entries()) expectClose(part, want[k] ?? []);
            return got;
          }),
        );
      },
    );

    test.each(['statesFw', 'statesBw', 'neither'])('with %s alone the others begin at zero', (given) => {
      const stack = make();
      const states: States = given === 'neither' ? {} : { [given]: bothStates(stack)[given as 'statesFw'] };
      const want = layersByHand(stack, drawn(), states, mixed);
      const options = { kernel, ...states, sequenceLength: mixed };
      const got = allOf(...run(stack.cellsFw, stack.cellsBw, toTensor(drawn()), options));
      for (const [k, part] of got.entries()) expectClose(part, want[k] ?? []);
    });
  });

  test('gradients to inputs, initial states and weights are the central differences of stepping by hand, and nothing else stays behind', () => {
    const stack = make();
    const states = bothStates(stack);
    const like = [states.statesFw, states.statesBw] as const;
    const parts = like.flat().flatMap(flattenState);
    const places = [toTensor(drawn()), ...parts, ...stack.variables];
    const shareOf = (size: number, k: number): number[] => sequenceOf(size, 90 + k);
    const withParts = (moved: readonly Tensor[]): Required<States> => {
      const [statesFw, statesBw] = unflattenState(like, moved) as [State[], State[]];
      return { statesFw, statesBw };
    };
    /** By hand, with the values of one place moved. */
    const loss = (place: number, moved: Float32Array): number =>
      tidy(() => {
        const variable = stack.variables[place - 1 - parts.length] as Variable | undefined;
        const [kept, values] = [variable?.clone(), tensor(moved, places[place]?.shape)];
        variable?.assign(values);
        const initial = withParts(parts.map((part, k) => (1 + k === place ? values : part)));
        const results = layersByHand(stack, place === 0 ? moved : drawn(), initial, mixed);
        variable?.assign(kept as Tensor);
        return results
          .flatMap((result, k) => shareOf(result.length, k).map((share, i) => share * (result[i] as number)))
          .reduce((total, term) => total + term, 0) as never;
      });
    const numeric = places.map((at, k) => slopesAlongDirections((moved) => loss(k, moved), at.dataSync()));
    for (const kernel of ['auto', 'reference'] as const) {
      const gradient = grads((x, ...rest) =>
        tidy(() => {
          const options = { kernel, ...withParts(rest.slice(0, parts.length)), sequenceLength: mixed };
          return allOf(...run(stack.cellsFw, stack.cellsBw, x as Tensor3D, options))
            .map((result, k) => dot(reshape(result, [-1]), tensor1d(shareOf(result.size, k))))
            .reduce((total, term) => add(total, term));
        }),
      );
      // The loss is differenced in float32, which loses 3e-5, and a slope along a direction may be as small as 1e-2.
      const bound = 100 * tolerance(getBackend()).gradient;
      expectNoLeak(() =>
        tidy(() => {
          const got = gradient(places);
          for (const [k, part] of got.entries()) expectClose(alongDirections(part.dataSync()), numeric[k] ?? [], bound);
          return got;
        }),
      );
    }
  });
});
