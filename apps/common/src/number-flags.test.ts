import { expect, it } from 'vitest';
import { integer, positiveInteger, positiveNumber } from './number-flags';

it('numbers are read whole', () => {
  expect(integer('-3')).toBe(-3);
  expect(positiveInteger()('2147483647')).toBe(2 ** 31 - 1);
  expect(positiveNumber('1e-3')).toBe(0.001);
});

it.each<[string, (text: string) => number, string, string]>([
  ['a word', integer, 'x', 'It must be an integer.'],
  ['nothing', integer, '', 'It must be an integer.'],
  ['a fraction', positiveInteger(), '1.5', 'It must be an integer.'],
  ['a number with a word', positiveInteger(), '12x', 'It must be an integer.'],
  ['zero', positiveInteger(), '0', 'It must be at least 1.'],
  ['a count beyond an int32', positiveInteger(), '2147483648', 'It must be at most 2,147,483,647.'],
  ['more than the most', positiveInteger(16), '17', 'It must be at most 16.'],
  ['a rate of zero', positiveNumber, '0', 'It must be a number above 0.'],
  ['an endless rate', positiveNumber, 'Infinity', 'It must be a number above 0.'],
])('%s is refused', (_, parse, text, sentence) => {
  expect(() => parse(text)).toThrow(sentence);
});
