import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { isCutOff, isElf } from './elf';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'elf-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function file(contents: string | Uint8Array): string {
  const path = join(folder, 'library.so');
  writeFileSync(path, contents);
  return path;
}

// Node's own program is of the same format.
it.skipIf(process.platform !== 'linux')('tells a whole program from its first megabyte', () => {
  expect(isElf(process.execPath)).toBe(true);
  expect(isCutOff(process.execPath)).toBe(false);
  expect(isCutOff(file(readFileSync(process.execPath).subarray(0, 2 ** 20)))).toBe(true);
});

it.each(['', 'garbage', 'x'.repeat(1000)])('leaves it to the loader to refuse what is no library', (contents) => {
  expect(isCutOff(file(contents))).toBe(false);
  expect(isElf(file(contents))).toBe(false);
});
