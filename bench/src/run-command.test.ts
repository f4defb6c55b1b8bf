import { expect, it } from 'vitest';
import { runCommand } from './run-command';

const node = (code: string, limitMs = 20_000) =>
  runCommand([process.execPath, '-e', code], { cwd: '.', env: { SAID: 'here' }, limitMs });

it('gives what a program printed, with the variables it was given', async () => {
  expect(await node('console.log(process.env.SAID)')).toEqual({ outcome: 'done', stdout: 'here\n', stderr: '' });
});

it('tells a program that failed from one that took too long, and from one that is not there', async () => {
  expect(await node("console.error('no'); process.exit(3)")).toMatchObject({ outcome: 'failed', stderr: 'no\n' });
  expect(await node('setInterval(() => {}, 1000)', 300)).toMatchObject({ outcome: 'too slow' });
  expect(await runCommand(['/nowhere/python'], { cwd: '.', limitMs: 1000 })).toMatchObject({ outcome: 'failed' });
});
