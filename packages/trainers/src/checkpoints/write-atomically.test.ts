import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { partEnding } from '../files/part-files';
import { disk } from './disk.fixture';
import { writeAtomically } from './write-atomically';

vi.mock('node:fs/promises', async (importActual) => (await import('./disk.fixture')).fullDisk(await importActual()));

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'atomic-'));
});
afterEach(() => {
  disk.isFull = false;
  rmSync(folder, { recursive: true });
});

const bytes = new Uint8Array([1, 2, 3, 4]);

test('a file is written, in place of one that is there', async () => {
  const file = join(folder, 'a');
  writeFileSync(file, 'earlier, and longer');
  await writeAtomically(file, bytes);
  expect([...readFileSync(file)]).toEqual([...bytes]);
  expect(readdirSync(folder)).toEqual(['a']);
});

test('until it is whole it has another name, in the same folder', async () => {
  const seen = new Set<string>();
  const large = new Uint8Array(2 ** 24);
  const writing = writeAtomically(join(folder, 'a'), large);
  let done = false;
  writing.finally(() => {
    done = true;
  });
  while (!done) {
    for (const name of readdirSync(folder)) seen.add(name.replace(partEnding, ' in part'));
    if (readdirSync(folder).includes('a')) expect(readFileSync(join(folder, 'a')).length).toBe(large.length);
    await new Promise((resolve) => setImmediate(resolve));
  }
  await writing;
  expect([...seen].sort()).toContain('a in part');
  expect(readdirSync(folder)).toEqual(['a']);
});

test('on a full disk it throws, and the folder is as it was', async () => {
  const file = join(folder, 'a');
  writeFileSync(file, 'earlier');
  disk.isFull = true;
  await expect(writeAtomically(file, bytes)).rejects.toThrow('ENOSPC: no space left on device, write');
  expect(readFileSync(file, 'utf8')).toBe('earlier');
  expect(readdirSync(folder)).toEqual(['a']);
});

test('where it cannot be renamed it throws, and leaves nothing beside it', async () => {
  const taken = join(folder, 'a folder');
  mkdirSync(taken);
  await expect(writeAtomically(taken, bytes)).rejects.toThrow(/^E/);
  expect(readdirSync(folder)).toEqual(['a folder']);
});
