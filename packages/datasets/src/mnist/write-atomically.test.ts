import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { newFolder } from '../new-folder.fixture';
import { writeAtomically } from './write-atomically';

test('replaces what was there and leaves nothing else', async () => {
  const folder = await newFolder();
  await writeFile(join(folder, 'file'), 'before, and longer');
  await writeAtomically(join(folder, 'file'), new TextEncoder().encode('after'));
  expect(await readFile(join(folder, 'file'), 'utf8')).toBe('after');
  expect(await readdir(folder)).toEqual(['file']);
});

test('when the last step fails, what was there stays and the part is gone', async () => {
  const folder = await newFolder();
  await mkdir(join(folder, 'taken', 'inside'), { recursive: true });
  await expect(writeAtomically(join(folder, 'taken'), Uint8Array.of(1))).rejects.toThrow(/EISDIR|ENOTEMPTY|EPERM/);
  expect(await readdir(folder)).toEqual(['taken']);
  expect(await readdir(join(folder, 'taken'))).toEqual(['inside']);
});

test('two writers of one file do not meet', async () => {
  const folder = await newFolder();
  const contents = ['a', 'b', 'c', 'd'].map((letter) => letter.repeat(100_000));
  await Promise.all(contents.map((text) => writeAtomically(join(folder, 'file'), new TextEncoder().encode(text))));
  expect(contents).toContain(await readFile(join(folder, 'file'), 'utf8'));
  expect(await readdir(folder)).toEqual(['file']);
});
