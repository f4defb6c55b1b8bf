import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { writeWhole } from './write-whole';

const folder = mkdtempSync(join(tmpdir(), 'whole-'));
afterAll(() => rmSync(folder, { recursive: true }));

it('writes a file in the place of an earlier one', async () => {
  const file = join(folder, 'a.txt');
  writeFileSync(file, 'earlier, and longer');
  await writeWhole(file, 'now');
  expect(readFileSync(file, 'utf8')).toBe('now');
});

it('what a killed run left half written beside it is gone', async () => {
  const part = join(folder, 'report.html.0b1f5c9e-1f7a-4b60-9d53-0b7e8f1c2d3e.part');
  writeFileSync(part, 'half');
  utimesSync(part, 0, 0);
  await writeWhole(join(folder, 'a.txt'), 'now');
  expect(readdirSync(folder)).toEqual(['a.txt']);
});

it('what the system refuses names the file and leaves nothing behind', async () => {
  const taken = join(folder, 'taken');
  mkdirSync(taken);
  const before = readdirSync(folder);
  await expect(writeWhole(taken, 'now')).rejects.toMatchObject({
    message: expect.stringMatching(/^expected \S+taken to be written, got EISDIR: /),
    code: 'EISDIR',
  });
  expect(readdirSync(folder)).toEqual(before);
});
