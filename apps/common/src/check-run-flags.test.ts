import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { checkRunFlags } from './check-run-flags';
import type { RunFlags } from './run-options';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'run-flags-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const none: RunFlags = { backend: 'auto', kernel: 'auto', seed: 1, quiet: true, pictureFormat: 'svg' };
const files = { csv: 'log.csv', jsonl: 'log.jsonl', json: 'run.json', report: 'run.html' } as const;
const folders = { tensorboard: 'board', checkpoints: 'runs', pictures: 'drawn' } as const;

it('makes the folders of all that is asked for, and no file', async () => {
  const inFolders = Object.entries(files).map(([flag, file]) => [flag, join(folder, flag, 'new', file)]);
  const those = Object.entries(folders).map(([flag, name]) => [flag, join(folder, 'all', name)]);
  await checkRunFlags({ ...none, ...Object.fromEntries([...inFolders, ...those]) });
  for (const flag of Object.keys(files)) expect(readdirSync(join(folder, flag, 'new'))).toEqual([]);
  expect(readdirSync(join(folder, 'all')).sort()).toEqual(['board', 'drawn', 'runs']);
  await checkRunFlags(none);
});

it.each([
  ...Object.entries(files).map(([flag, file]) => [flag, `/proc/x/${file}`, '/proc/x'] as const),
  ...Object.keys(folders).map((flag) => [flag, '/proc/x/y', '/proc/x/y'] as const),
])('--%s %s is refused in a sentence, where nothing can be made', async (flag, place, named) => {
  await expect(checkRunFlags({ ...none, [flag]: place })).rejects.toThrow(
    new RegExp(`^--${flag}: expected a folder that can be written to, got ${named} \\(E[A-Z]+\\)$`),
  );
});

it('what an earlier run has logged is still there when another flag is refused', async () => {
  const csv = join(folder, 'earlier.csv');
  writeFileSync(csv, 'step,loss\n1,0.5\n');
  await expect(checkRunFlags({ ...none, csv, pictures: '/proc/x' })).rejects.toThrow('--pictures: expected ');
  expect(readFileSync(csv, 'utf8')).toBe('step,loss\n1,0.5\n');
  expect(existsSync('/proc/x')).toBe(false);
});
