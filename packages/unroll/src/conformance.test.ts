import * as cells from '@rnn/cells';
import { describe, expect, test } from 'vitest';
import * as unroll from './index';
import { cellRefusals } from './testing/cell-refusals';
import { caseOf, everyCell } from './testing/every-cell';
import { backward, bothWays, forward, noRunners, stacked } from './testing/every-runner';
import { exportOf, missingProofs } from './testing/missing-proofs';
import { runnerRefusals } from './testing/runner-refusals';

/** Classes that are cells, but that nothing can be run of. */
const noCells = { LayerRNNCell: 'is abstract: cells extend it' };

const entriesOf = (...tables: object[]): string[] => tables.flatMap(Object.keys).map(exportOf);
interface Refusals {
  readonly first?: object;
  readonly options: object;
}

/** The names with at least one value that is refused; why others are not is said by a text. */
const refusing = (refusals: Readonly<Record<string, Refusals>>): string[] =>
  Object.entries(refusals).flatMap(([name, { first, options }]) => {
    return Object.values({ ...first, ...options }).some((refusal) => typeof refusal !== 'string') ? [name] : [];
  });

const cellProofs = (entries: object, refusals: Readonly<Record<string, Refusals>>) => ({
  'entry in every-cell.ts': entriesOf(entries),
  'refusal in cell-refusals.ts': refusing(refusals),
});
const runnerProofs = (entries: readonly object[], refusals: Readonly<Record<string, Refusals>>) => ({
  'entry in every-runner.ts': entriesOf(...entries),
  'refusal in runner-refusals.ts': refusing(refusals),
});

const isCell = (value: unknown): boolean => typeof value === 'function' && typeof value.prototype?.call === 'function';
const isFunction = (value: unknown): boolean => typeof value === 'function';
const isBidirectional = (value: unknown, name: string): boolean => isFunction(value) && /bidirectional/i.test(name);

/** Of a text a failure shows all, of a list how long it is. */
const expectNone = (missing: readonly string[]): void => expect(missing.join('\n')).toBe('');

describe('every export has its proofs', () => {
  test('each cell and wrapper of @rnn/cells: a case that every-cell.test.ts runs in every way, and what it refuses', () => {
    expectNone(missingProofs(cells, isCell, cellProofs(everyCell, cellRefusals), noCells));
  });

  test('each entry is of the class that it is named after', () => {
    for (const entry of Object.keys(everyCell)) expect(caseOf(entry).make().constructor.name).toBe(exportOf(entry));
  });

  test('each function of @rnn/unroll: a way of running every cell, and what it refuses', () => {
    const proofs = runnerProofs([forward, backward, bothWays, stacked], runnerRefusals);
    expectNone(missingProofs(unroll, isFunction, proofs, noRunners));
  });

  test('each bidirectional runner: lengths, initial states each way, gradients', () => {
    const proofs = { 'entry among those of both ways in every-runner.ts': entriesOf(bothWays, stacked) };
    expectNone(missingProofs(unroll, isBidirectional, proofs, {}));
  });
});

describe('the walk fails', () => {
  class NewCell {
    call() {}
  }
  const entry = { 'NewCell, with its option': () => new NewCell() };
  const refusals = { NewCell: { options: { units: [0, 'NewCell: expected units to be a positive integer, got 0'] } } };

  test.each([
    [
      'a cell that nothing is said of',
      {},
      {},
      ['NewCell: no entry in every-cell.ts', 'NewCell: no refusal in cell-refusals.ts'],
    ],
    ['one without an entry', {}, refusals, ['NewCell: no entry in every-cell.ts']],
    ['one without refusals', entry, {}, ['NewCell: no refusal in cell-refusals.ts']],
    [
      'one that refuses nothing',
      entry,
      { NewCell: { options: { units: 'any number is' } } },
      ['NewCell: no refusal in cell-refusals.ts'],
    ],
    ['one with all, not', entry, refusals, []],
  ])('for %s', (_, entries, refused, missing) => {
    const exported = { NewCell, notACell: () => undefined, State: class {} };
    expect(missingProofs(exported, isCell, cellProofs(entries, refused), {})).toEqual(missing);
  });

  test('for a function of @rnn/unroll that is neither run nor excused, and for a bidirectional one that is run one way alone', () => {
    const exported = { newBidirectionalRnn: () => undefined };
    const proofs = runnerProofs([], {});
    expect(missingProofs(exported, isFunction, proofs, {})).toEqual([
      'newBidirectionalRnn: no entry in every-runner.ts',
      'newBidirectionalRnn: no refusal in runner-refusals.ts',
    ]);
    expect(missingProofs(exported, isFunction, proofs, { newBidirectionalRnn: 'runs nothing' })).toEqual([]);
    expect(missingProofs(exported, isBidirectional, { 'entry both ways': [] }, {})).toEqual([
      'newBidirectionalRnn: no entry both ways',
    ]);
  });

  test('for an excuse that is needed no more', () => {
    const excused = { NewCell: 'is new', OldCell: 'is old' };
    expect(missingProofs({ NewCell }, isCell, cellProofs(entry, refusals), excused)).toEqual([
      'NewCell: excused, but proven',
      'OldCell: excused, but not exported',
    ]);
  });
});
