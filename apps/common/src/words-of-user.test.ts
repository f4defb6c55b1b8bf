import { expect, it } from 'vitest';
import { wordsOfUser } from './words-of-user';

it('leaves out the dashes that pnpm hands on, and only those', () => {
  expect(wordsOfUser(['--', '--help'])).toEqual(['--help']);
  expect(wordsOfUser(['--steps', '50', '--'])).toEqual(['--steps', '50', '--']);
});
