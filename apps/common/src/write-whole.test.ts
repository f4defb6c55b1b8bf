import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
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
