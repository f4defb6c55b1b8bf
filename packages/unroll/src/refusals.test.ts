import * as cells from '@rnn/cells';
import { expectNoLeak } from 'testing';
import { describe, expect, test } from 'vitest';
import * as unroll from './index';
import { cellRefusals, unchecked } from './testing/cell-refusals';
import { runnerRefusals } from './testing/runner-refusals';

const argumentError = (message: string) => expect.objectContaining({ name: 'ArgumentError', message });

describe.each(Object.entries(cellRefusals))('%s', (kind, { good, first, options }) => {
  const make = (...given: readonly unknown[]): unknown =>
    new ((cells as Record<string, unknown>)[kind] as new (...given: readonly unknown[]) => unknown)(...given);
  const [argument, needed] = good;
  const refused = Object.entries(options).filter(([, refusal]) => typeof refusal !== 'string');
  const sentenceOf = (sentence: string, option: string): string =>
    sentence.replace('CELL', kind).replace('OPTION', option);

  test('takes arguments that are good', () => {
    expect(() => expectNoLeak(() => void make(argument, needed))).not.toThrow();
  });

  test.each(Object.entries(first))('refuses bad %s with a sentence', (name, [value, sentence]) => {
    expect(() => expectNoLeak(() => void make(value, needed))).toThrow(argumentError(sentenceOf(sentence, name)));
  });

  test.each(refused)('refuses a bad %s with a sentence', (option, [value, sentence]) => {
    expect(() => expectNoLeak(() => void make(argument, { ...needed, [option]: value }))).toThrow(
      argumentError(sentenceOf(sentence as string, option)),
    );
  });

  // Fails where a check was added since, and says so: its sentence then belongs in the table.
  const taken = Object.entries(options).filter(([, refusal]) => refusal === unchecked);
  test.each(taken)('takes anything for %s', (option) => {
    expect(() => make(argument, { ...needed, [option]: {} })).not.toThrow();
  });
});

describe.each(Object.entries(runnerRefusals))('%s', (runner, { good, options }) => {
  const run = (unroll as Record<string, unknown>)[runner] as (...given: readonly unknown[]) => unknown;

  test('takes arguments that are good', () => {
    expect(() => run(...good(), {})).not.toThrow();
  });

  test.each(Object.entries(options))('refuses a bad %s with a sentence', (option, [value, sentence]) => {
    const given = [...good(), { [option]: value() }];
    expect(() => expectNoLeak(() => run(...given) as never)).toThrow(argumentError(`${runner}: ${sentence}`));
  });
});
