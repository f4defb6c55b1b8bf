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

/** A library of 1000 bytes: after its header those of its segments, of which each has a type, a place and a size, and of one section. */
function library(segments: readonly (readonly [type: number, from: number, size: number])[]): Uint8Array {
  const bytes = new DataView(new ArrayBuffer(1000));
  const sections = 64 + 56 * segments.length;
  bytes.setUint32(0, 0x7f454c46);
  bytes.setBigUint64(32, 64n, true);
  bytes.setUint16(54, 56, true);
  bytes.setUint16(56, segments.length, true);
  bytes.setBigUint64(40, BigInt(sections), true);
  bytes.setUint16(58, 64, true);
  bytes.setUint16(60, 1, true);
  for (const [k, [type, from, size]] of segments.entries()) {
    bytes.setUint32(64 + 56 * k, type, true);
    bytes.setBigUint64(64 + 56 * k + 8, BigInt(from), true);
    bytes.setBigUint64(64 + 56 * k + 32, BigInt(size), true);
  }
  return new Uint8Array(bytes.buffer);
}

it('misses the end of a segment where the headers of the sections come before it', () => {
  const whole = library([
    [1, 0, 400],
    [1, 400, 600],
  ]);
  expect(isCutOff(file(whole))).toBe(false);
  for (const size of [999, 401, 240]) expect(isCutOff(file(whole.subarray(0, size)))).toBe(true);
  // Between the headers of the segments, of which the first is there.
  expect(isCutOff(file(whole.subarray(0, 121)))).toBe(true);
});

it('does not miss what the loader does not map', () => {
  const note = library([
    [1, 0, 400],
    [4, 400, 600],
  ]);
  expect(isCutOff(file(note.subarray(0, 400)))).toBe(false);
  expect(isCutOff(file(note.subarray(0, 399)))).toBe(true);
});

it.each(['', 'garbage', 'x'.repeat(1000)])('leaves it to the loader to refuse what is no library', (contents) => {
  expect(isCutOff(file(contents))).toBe(false);
  expect(isElf(file(contents))).toBe(false);
});
