import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { makeWritableFolder } from './make-writable-folder';

const root = mkdtempSync(join(tmpdir(), 'writable-folder-'));
afterAll(() => rmSync(root, { recursive: true }));

test('it makes the folder, and what it tried it with is gone', async () => {
  await makeWritableFolder('--pictures', join(root, 'a', 'b'));
  expect(readdirSync(root, { recursive: true })).toEqual(['a', join('a', 'b')]);
});

test('what cannot be written to is refused in a sentence that names it, also a folder that is there', async () => {
  const file = join(root, 'file');
  writeFileSync(file, '');
  await expect(makeWritableFolder('--pictures', file)).rejects.toThrow(
    `--pictures: expected a folder that can be written to, got ${file} (EEXIST)`,
  );
  for (const folder of ['/proc', '/proc/x/y']) {
    const text = new RegExp(`^--csv: expected a folder that can be written to, got ${folder} \\(E[A-Z]+\\)$`);
    await expect(makeWritableFolder('--csv', folder)).rejects.toThrow(text);
  }
});
