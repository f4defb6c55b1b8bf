import { execFileSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { commandLine } from './command-line';

it('is what a person would type, words with what a shell minds in quotes', () => {
  expect(commandLine('mnist', ['single-static-gru', '--steps', '3'])).toBe('pnpm mnist single-static-gru --steps 3');
});

it('a shell takes it apart into the same words', () => {
  const words = ['a b', "it's", '$HOME', '--data=/x y', '*', '', 'é;ls'];
  const command = commandLine('mnist', words).replace('pnpm mnist', "printf '%s\\n'");
  expect(execFileSync('sh', ['-c', command], { encoding: 'utf8' })).toBe(words.map((word) => `${word}\n`).join(''));
});
