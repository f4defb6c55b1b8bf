import { Command } from 'commander';
import { expect, it } from 'vitest';
import { integer } from './number-flags';
import { wordsOfOptions } from './words-of-options';

const command = () =>
  new Command()
    .option('--steps <n>', '', integer)
    .option('--seed <n>', '', integer, 1)
    .option('--batch-size <n>', '', integer)
    .option('--quiet', '', false)
    .option('--json <file>');

it('gives the flags that were given, and those alone, for another command to read alike', () => {
  const given = command().parse(['--seed', '-3', '--batch-size=8', '--quiet', '--json', 'a b'], { from: 'user' });
  const words = wordsOfOptions(given, ['json']);
  expect(words).toEqual(['--seed=-3', '--batch-size=8', '--quiet']);
  expect(command().parse(words, { from: 'user' }).opts()).toEqual({ seed: -3, batchSize: 8, quiet: true });
});
