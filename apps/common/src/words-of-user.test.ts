import { expect, it } from 'vitest';
import { wordsOfUser } from './words-of-user';

it('leaves out the dashes that pnpm hands on, wherever they stand, and only those', () => {
  expect(wordsOfUser(['--', '--help'])).toEqual(['--help']);
  expect(wordsOfUser(['rows-static-lstm', '--', '--steps', '3'])).toEqual(['rows-static-lstm', '--steps', '3']);
  expect(wordsOfUser(['--seed', '-1'])).toEqual(['--seed', '-1']);
});
