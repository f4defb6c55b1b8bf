import { engine } from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import * as cells from './index';
import { expectThrows } from './testing/expect-throws';
import { type Refusal, refusals, type Unrefused } from './testing/refusals';

const isClass = (value: unknown): boolean => typeof value === 'function' && typeof value.prototype?.call === 'function';
const optionsOf = (name: string): [option: string, values: readonly Refusal[] | Unrefused][] =>
  Object.entries(refusals[name as keyof typeof refusals].options);

describe.each(Object.entries(refusals))('%s', (name, { good, before }) => {
  const options = optionsOf(name);
  const make = (given: readonly unknown[]): unknown => {
    const exported = (cells as Record<string, unknown>)[name];
    return isClass(exported)
      ? new (exported as new (...given: readonly unknown[]) => unknown)(...given)
      : (exported as (...given: readonly unknown[]) => unknown)(...given);
  };
  const refuses = (given: readonly unknown[], option: string, sentence: string): void => {
    const backends = Object.keys(engine().registryFactory).join(', ');
    const message = sentence.replace('CELL', name).replace('OPTION', option).replace('BACKENDS', backends);
    expectThrows(() => make(given), message);
  };
  const withOne = (at: number, value: unknown): unknown[] => good.map((one, k) => (k === at ? value : one));
  const [needed, optionsAt] = [good.at(-1) as object, good.length - 1];

  it('takes arguments that are good', () => {
    expect(() => make(good)).not.toThrow();
  });

  const arguments_ = Object.entries(before).map(([argument, refusal], at) => ({ argument, at, refusal }));
  it.each(arguments_)('refuses a bad $argument with a sentence', ({ argument, at, refusal: [value, sentence] }) => {
    refuses(withOne(at, value), argument, sentence);
  });

  const refused = options.flatMap(([option, values]) =>
    typeof values === 'string' ? [] : values.map(([value, sentence]) => ({ option, value, sentence })),
  );
  it.each(refused)('refuses $option: $value with a sentence', ({ option, value, sentence }) => {
    refuses(withOne(optionsAt, { ...needed, [option]: value }), option, sentence);
  });

  if (refused.length > 0) {
    it('takes options that are left undefined', () => {
      const none = Object.fromEntries(options.map(([option]) => [option, undefined]));
      expect(() => make(withOne(optionsAt, { ...none, ...needed }))).not.toThrow();
    });
  }

  if (refused.length > 0 && optionsAt > 0) {
    it('refuses options that are no object', () => {
      const [expected, isNeeded] = ['CELL: expected options to be an object, got', Object.keys(needed).length > 0];
      refuses(withOne(optionsAt, 0.5), 'options', `${expected} 0.5`);
      refuses(withOne(optionsAt, null), 'options', `${expected} null`);
      if (isNeeded) refuses(good.slice(0, optionsAt), 'options', `${expected} undefined`);
    });

    it('refuses a name as Python has it, which would go unread', () => {
      const given = { ...needed, kernel_initializer: undefined };
      refuses(withOne(optionsAt, given), 'options', "CELL: expected camelCase options, got 'kernel_initializer'");
    });
  }
});

describe('every exported cell and wrapper', () => {
  it('is in the table, and refuses something', () => {
    const makes = Object.entries(cells).filter(([, value]) => isClass(value) && value !== cells.LayerRNNCell);
    const names = [...makes.map(([name]) => name), 'trainableInitialState'];
    expect(Object.keys(refusals).sort()).toEqual(names.sort());
    for (const [name, { before }] of Object.entries(refusals)) {
      const refused = optionsOf(name).filter(([, values]) => typeof values !== 'string');
      expect(Object.keys(before).length + refused.length, name).toBeGreaterThan(0);
    }
  });
});
