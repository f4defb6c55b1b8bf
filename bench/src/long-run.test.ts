import { fileURLToPath } from 'node:url';
import { runProgram } from 'app-common';
import { expect, it } from 'vitest';

const program = fileURLToPath(new URL('../dist/long-run.js', import.meta.url));

it('samples memory ten times, and prints the table; here in a run too short to be flat', async () => {
  const { stdout } = await runProgram(program, ['--steps', '20'], { NODE_OPTIONS: '--expose-gc' });
  const rows = stdout.split('\n').filter((line) => /^\| [0-9]/.test(line));
  expect(rows.map((row) => row.split('|').slice(1, 3).map(Number))).toEqual(
    Array.from({ length: 10 }, (_, i) => [2 * (i + 1), 12]),
  );
});

it('asks for a collector of garbage that it can call', async () => {
  const { stderr, status } = await runProgram(program, ['--steps', '20'], { NODE_OPTIONS: '' });
  expect(stderr).toContain('long-run: expected node --expose-gc, got none');
  expect(status).toBe(1);
});
