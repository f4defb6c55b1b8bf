import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { checkReportFile, writeReport } from './report-file';

const folder = mkdtempSync(join(tmpdir(), 'report-'));
afterAll(() => rmSync(folder, { recursive: true }));

it('a file in a folder that can be written to is fine, new or not, and folders that are missing are made', async () => {
  writeFileSync(join(folder, 'old.json'), '');
  await checkReportFile('--json', join(folder, 'old.json'));
  await checkReportFile('--json', join(folder, 'new.json'));
  await checkReportFile('--plot', join(folder, 'new.svg'), ['.svg', '.png']);
  await checkReportFile('--json', join(folder, 'x', 'y', 'new.json'));
  expect(readdirSync(folder, { recursive: true }).sort()).toEqual(['old.json', 'x', join('x', 'y')]);
});

it.each([
  [
    'a file as folder',
    join(folder, 'old.json', 'a.json'),
    `a folder that can be written to, got ${join(folder, 'old.json')} (EEXIST)`,
  ],
  ['a place where nothing can be made', '/proc/x/a.json', 'a folder that can be written to, got /proc/x (E'],
  ['a folder as file', join(folder, 'inner'), `a file, got the folder ${join(folder, 'inner')}`],
])('%s is refused with a sentence', async (_, file, sentence) => {
  mkdirSync(join(folder, 'inner'), { recursive: true });
  await expect(checkReportFile('--json', file)).rejects.toThrow(`--json: expected ${sentence}`);
});

it('another ending is refused', async () => {
  await expect(checkReportFile('--plot', 'a.gif', ['.svg', '.png'])).rejects.toThrow(
    '--plot: expected a file ending in .svg or .png, got a.gif',
  );
});

it('a report is written whole, and one that cannot be written leaves the old one and nothing beside it', async () => {
  const file = join(folder, 'report.json');
  await writeReport(file, { steps: 3 });
  expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual({ steps: 3 });
  mkdirSync(join(folder, 'taken'));
  await expect(writeReport(join(folder, 'taken'), { steps: 4 })).rejects.toThrow();
  expect(readdirSync(folder).filter((name) => name.endsWith('.part'))).toEqual([]);
});
