import '@rnn/cells/gradients';
import {
  describeState,
  dimsOf,
  flattenState,
  ownZeroState,
  type State,
  tidyState,
  unflattenState,
  zeroState,
} from '@rnn/cells';
import {
  add,
  dot,
  getBackend,
  type Rank,
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
import { dynamicRnn } from '../runners/dynamic-rnn';
import { type ByHand, stepByHand } from '../testing/by-hand';
import { type Cell, caseOf, drawnCell, drawnState, everyCell } from '../testing/every-cell';
import { backward, carried, forward, type Run } from '../testing/every-runner';
import { gradientsOrZeros } from '../testing/gradients-or-zeros';

const [B, T] = [4, 3];
const mixed = [2, 0, 3, 1];

interface Way {
  readonly name: string;
  readonly kind: 'forward' | 'backward' | 'carried';
  readonly run: Run;
  readonly kernel: 'auto' | 'reference';
}

/** Each way of running a cell, with each kernel where it has a recurrence; without one both are the same. */
function waysOf({ recurrence }: Cell): Way[] {
  const kernels = recurrence === undefined ? (['auto'] as const) : (['auto', 'reference'] as const);
  return Object.entries({ forward, backward, carried }).flatMap(([kind, runs]) =>
    Object.entries(runs).flatMap(([name, run]) =>
      kernels.map((kernel) => ({ name: `${name}, kernel: ${kernel},`, kind: kind as Way['kind'], run, kernel })),
    ),
  );
}

describe.each(Object.keys(everyCell))('%s', (name) => {
  const { make, rowShape, inputs, state: given, random, exempt } = caseOf(name);
  // What carries a state runs in chunks.
  const ways = waysOf(make()).filter(({ kind }) => kind !== 'carried' || exempt['two chunks'] === undefined);
  const x = inputs(B, T);
  const sizes = { B, T, D: x.length / (B * T) };
  const initialOf = (cell: Cell): State => drawnState(cell, B, 30, given);
  const lengthsOf = ({ name, kind }: Pick<Way, 'name' | 'kind'>) => {
    const takesNone = kind === 'backward' ? exempt['lengths backward'] !== undefined : name.startsWith('stream');
    return takesNone ? undefined : mixed;
  };
  /** Each run has a cell of its own, so that one that is random draws the same each time. */
  const partner = (): Cell => drawnCell(name, 20);
  const run = (
    way: Way,
    [cell, other]: readonly [Cell, Cell],
    at: Tensor,
    initial: State | undefined,
    lengths?: readonly number[],
  ) => {
    const options = { kernel: way.kernel, ...(lengths && { sequenceLength: lengths }) };
    return way.run(cell, at as Tensor3D, initial, options, other);
  };

  const known = new Map<string, ByHand>();
  /** What stepping by hand gives, from a drawn state or from the cell's own. */
  const byHand = (from: 'drawn' | 'zero', kind: Way['kind'], lengths: readonly number[] | undefined): ByHand => {
    const reverse = kind === 'backward';
    const key = `${from} ${reverse} ${lengths}`;
    const cell = drawnCell(name);
    const zero = () => ownZeroState(cell, B) ?? zeroState(cell.stateSize, B);
    const want =
      known.get(key) ?? stepByHand(cell, x, sizes, from === 'drawn' ? initialOf(cell) : zero(), lengths, reverse);
    known.set(key, want);
    return want;
  };

  describe.each([
    { title: 'over all steps', fitting: ways, lengths: undefined },
    { title: 'with lengths 2, 0, 3, 1', fitting: ways.filter(lengthsOf), lengths: mixed },
  ])('$title', ({ fitting, lengths }) => {
    test.each(fitting)('$name gives what stepping by hand gives, and leaves nothing behind', (way) => {
      const cells = [drawnCell(name), partner()] as const;
      const [initial, at] = [initialOf(cells[0]), tensor(x, [B, T, ...rowShape])];
      const want = byHand('drawn', way.kind, lengths);
      expectNoLeak(
        () =>
          tidyState(() => {
            const [outputs, state] = run(way, cells, at, initial, lengths);
            expect(outputs.shape).toEqual([B, T, ...dimsOf(cells[0].outputSize)]);
            expectClose(outputs, want.outputs);
            expectParts(state, want.state);
            expect(describeState(state)).toBe(describeState(cells[0].stateSize, B));
            return [outputs, state];
          }) as never,
      );
    });
  });

  test.each(ways)('$name begins at the zero state where none is given', (way) => {
    const lengths = lengthsOf(way);
    const want = byHand('zero', way.kind, lengths);
    const [outputs, state] = run(way, [drawnCell(name), partner()], tensor(x, [B, T, ...rowShape]), undefined, lengths);
    expectClose(outputs, want.outputs);
    expectParts(state, want.state);
  });

  if (exempt['two chunks'] === undefined) {
    test.each(ways.filter(({ kind }) => kind === 'forward'))(
      '$name gives in two chunks what the whole gives',
      (way) => {
        const want = byHand('drawn', way.kind, mixed);
        const [D, P] = [x.length, want.outputs.length].map((size) => size / (B * T)) as [number, number];
        const cut = (values: readonly number[], width: number, from: number, to: number): number[] =>
          mixed.flatMap((_, b) => values.slice((b * T + from) * width, (b * T + to) * width));
        const cell = drawnCell(name);
        const chunk = (from: number, to: number, initial: State): State => {
          const lengths = mixed.map((length) => Math.min(Math.max(length - from, 0), to - from));
          const piece = tensor(cut(x, D, from, to), [B, to - from, ...rowShape]);
          const [outputs, state] = run(way, [cell, partner()], piece, initial, lengths);
          expectClose(outputs, cut(want.outputs, P, from, to));
          return state;
        };
        expectParts(chunk(1, T, chunk(0, 1, initialOf(cell))), want.state);
      },
    );
  }

  /** Different shares in the loss for each number that comes out. */
  const shareOf = (size: number, k: number): number[] => sequenceOf(size, 90 + k);
  /** What a cell is differentiated in: its inputs, the parts of its state, and its weights by the last part of their names. */
  const placesOf = (cell: Cell): { name: string; at: Tensor }[] => {
    const parts = flattenState(initialOf(cell)).map((at, k) => ({ name: `state ${k}`, at }));
    const variables = [...(cell.variables ?? [])].map(([full, at]) => ({ name: full.split('/').at(-1) as string, at }));
    return [{ name: 'inputs', at: tensor(x, [B, T, ...rowShape]) }, ...parts, ...variables];
  };
  const isDifferentiated = (place: { name: string }): boolean => exempt[`gradient to ${place.name}`] === undefined;

  /** The gradients of everything that comes out to every place that has one. */
  const gradientsOf = (way: Way, cell: Cell): (() => Tensor[]) => {
    const [places, other] = [placesOf(cell), partner()];
    const [at, ...parts] = places.map((place) => place.at) as [Tensor, ...Tensor[]];
    const initial = unflattenState(initialOf(cell), parts);
    const wanted = places.filter(isDifferentiated).map((place) => place.at);
    const loss = (): Tensor => {
      const [outputs, state] = run(way, [cell, other], at, initial, lengthsOf(way));
      return [outputs, ...flattenState(state)]
        .map((result, k) => dot(reshape(result, [-1]), tensor1d(shareOf(result.size, k))))
        .reduce((total, term) => add(total, term));
    };
    return () => gradientsOrZeros(loss, wanted);
  };

  test('gradients to inputs, initial state and weights are the central differences of stepping by hand, and nothing else stays behind', () => {
    const like = initialOf(drawnCell(name));
    const parts = flattenState(like).length;
    const places = placesOf(drawnCell(name)).map((place) => ({ ...place, values: [...place.at.dataSync()] }));
    const shared = random ? undefined : drawnCell(name);
    for (const kind of ['forward', 'backward'] as const) {
      const kin = ways.filter((way) => way.kind === kind);
      const lengths = lengthsOf(kin[0] as Way);
      /** By hand, with the values of one place moved. */
      const loss = (place: number, moved: Float32Array): number =>
        tidy(() => {
          const cell = shared ?? drawnCell(name);
          const variable = [...(cell.variables?.values() ?? [])][place - 1 - parts] as Variable | undefined;
          const [kept, values] = [variable?.clone(), tensor(moved, places[place]?.at.shape)];
          variable?.assign(values);
          const initial = places.slice(1, 1 + parts).map(({ at }, k) => (1 + k === place ? values : at));
          const from = unflattenState(like, initial);
          const results = stepByHand(cell, place === 0 ? moved : x, sizes, from, lengths, kind === 'backward');
          if (shared === undefined) cell.dispose?.();
          else variable?.assign(kept as Tensor);
          return [results.outputs, ...results.state]
            .flatMap((result, k) => shareOf(result.length, k).map((share, i) => share * (result[i] as number)))
            .reduce((total, term) => total + term, 0) as never;
        });
      const numeric = places.flatMap((place, k) =>
        isDifferentiated(place) ? [slopesAlongDirections((moved) => loss(k, moved), place.values)] : [],
      );
      for (const way of kin) {
        const gradients = gradientsOf(way, drawnCell(name));
        expectNoLeak(() =>
          tidy(() => {
            const got = gradients();
            for (const [k, gradient] of got.entries())
              expectClose(alongDirections(gradient.dataSync()), numeric[k] ?? [], slopeBound());
            return got;
          }),
        );
      }
    }
  });

  test('every exemption is of something that there is', () => {
    const names = placesOf(drawnCell(name)).map((place) => `gradient to ${place.name}`);
    expect(['two chunks', 'lengths backward', ...names]).toEqual(expect.arrayContaining(Object.keys(exempt)));
  });

  test('auto is the default kernel', () => {
    const at = tensor<Rank.R3>(x, [B, T, ...rowShape] as never);
    const want = dynamicRnn(drawnCell(name), at, { kernel: 'auto' })[0].dataSync();
    expect(dynamicRnn(drawnCell(name), at)[0].dataSync()).toEqual(want);
  });
});

function expectParts(state: State, want: readonly number[][]): void {
  for (const [k, part] of flattenState(state).entries()) expectClose(part, want[k] ?? []);
}

/** The loss is differenced in float32, which loses 3e-5, and a slope along a direction may be as small as 1e-2. */
const slopeBound = (): number => 100 * tolerance(getBackend()).gradient;
