import { existsSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { makeFolder } from './make-folder';

const root = mkdtempSync(join(tmpdir(), 'make-folder-'));
afterAll(() => rmSync(root, { recursive: true }));

it('makes the folder and all that are missing above it, and leaves one that is there as it is', async () => {
  const folder = join(root, 'a', 'b', 'c');
  await makeFolder(folder);
  writeFileSync(join(folder, 'kept'), '');
  await makeFolder(folder);
  await makeFolder(join(root, 'a', '.', 'b', '..', 'b', 'c', ''));
  expect(readdirSync(folder)).toEqual(['kept']);
});

it('finds folders made that another makes at once', async () => {
  const folders = ['x', 'y'].map((name) => join(root, 'shared', 'by', 'both', name));
  await Promise.all([...folders, ...folders].map(makeFolder));
  for (const folder of folders) expect(existsSync(folder)).toBe(true);
});

it('refuses a file in its place, or above it, and a link to nothing with what the system says', async () => {
  writeFileSync(join(root, 'file'), '');
  symlinkSync(join(root, 'nothing'), join(root, 'link'));
  await expect(makeFolder(join(root, 'file'))).rejects.toMatchObject({ code: 'EEXIST' });
  await expect(makeFolder(join(root, 'file', 'a', 'b'))).rejects.toMatchObject({ code: 'ENOTDIR' });
  await expect(makeFolder(join(root, 'link'))).rejects.toThrow(/EEXIST|ENOENT/);
});

it('says at once where nothing can be made, which the recursive mkdir of Node does not', async () => {
  await expect(makeFolder('/proc/x/y')).rejects.toThrow(/ENOENT|EACCES|EROFS|EPERM/);
});
