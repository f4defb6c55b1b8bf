import * as cells from '@rnn/cells';
import { describe, expect, test } from 'vitest';
import * as unroll from '../index';
import { caseOf, everyCell } from '../testing/every-cell';
import { backward, bothWays, carried, forward, noRunners, stacked } from '../testing/every-runner';
import { exportOf, missingProofs } from '../testing/missing-proofs';
import { runnerRefusals } from '../testing/runner-refusals';

/** Classes that are cells, but that nothing can be run of. */
const noCells = { LayerRNNCell: 'is abstract: cells extend it' };

const entriesOf = (...tables: object[]): string[] => tables.flatMap(Object.keys).map(exportOf);
const cellProofs = (entries: object) => ({ 'entry in every-cell.ts': entriesOf(entries) });
const runnerProofs = (entries: readonly object[], refusals: object) => ({
  'entry in every-runner.ts': entriesOf(...entries),
  'refusal in runner-refusals.ts': Object.keys(refusals),
});

/** A class of cells, or the function that gives one. */
const isCell = (value: unknown, name: string): boolean =>
  (typeof value === 'function' && typeof value.prototype?.call === 'function') || name === 'trainableInitialState';
const isFunction = (value: unknown): boolean => typeof value === 'function';
const isBidirectional = (value: unknown, name: string): boolean => isFunction(value) && /bidirectional/i.test(name);

/** Of a text a failure shows all, of a list how long it is. */
const expectNone = (missing: readonly string[]): void => expect(missing.join('\n')).toBe('');

describe('every export has its proofs', () => {
  // What it refuses is told in the table of @rnn/cells.
  test('each cell and wrapper of @rnn/cells: a case that every-cell.test.ts runs in every way', () => {
    expectNone(missingProofs(cells, isCell, cellProofs(everyCell), noCells));
  });

  test('each entry is of the class that it is named after', () => {
    for (const entry of Object.keys(everyCell)) {
      const { name } = caseOf(entry).make().constructor;
      expect(name).toBe(exportOf(entry).replace('trainable', 'Trainable'));
    }
  });

  test('each function of @rnn/unroll: a way of running every cell, and what it refuses', () => {
    const proofs = runnerProofs([forward, backward, carried, bothWays, stacked], runnerRefusals);
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

  test('for a cell without an entry', () => {
    const exported = { NewCell, notACell: () => undefined, State: class {} };
    expect(missingProofs(exported, isCell, cellProofs({}), {})).toEqual(['NewCell: no entry in every-cell.ts']);
    expect(missingProofs(exported, isCell, cellProofs(entry), {})).toEqual([]);
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
    expect(missingProofs({ NewCell }, isCell, cellProofs(entry), excused)).toEqual([
      'NewCell: excused, but proven',
      'OldCell: excused, but not exported',
    ]);
  });
});
