import { expectNoLeak } from 'testing';
import { describe, expect, test } from 'vitest';
import * as unroll from '../index';
import { runnerRefusals } from '../testing/runner-refusals';

const argumentError = (message: string) => expect.objectContaining({ name: 'ArgumentError', message });

describe.each(Object.entries(runnerRefusals))('%s', (runner, { good, needed, options }) => {
  const run = (unroll as Record<string, unknown>)[runner] as (...given: readonly unknown[]) => unknown;

  test('takes arguments that are good', () => {
    expect(() => run(...good(), { ...needed })).not.toThrow();
  });

  test.each(Object.entries(options))('refuses a bad %s with a sentence', (option, [value, sentence]) => {
    const given = [...good(), { ...needed, [option]: value() }];
    expect(() => expectNoLeak(() => run(...given) as never)).toThrow(argumentError(`${runner}: ${sentence}`));
  });
});
