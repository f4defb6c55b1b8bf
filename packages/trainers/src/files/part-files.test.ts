import { mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { writeAtomically } from '../checkpoints/write-atomically';
import { makeWritableFolder } from './make-writable-folder';
import { partEnding, partOf, sweepParts } from './part-files';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'parts-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const minutesAgo = (minutes: number): number => Date.now() / 1000 - 60 * minutes;
const leave = (file: string, minutes: number): string => {
  writeFileSync(file, 'half');
  utimesSync(file, minutesAgo(minutes), minutesAgo(minutes));
  return file;
};

test('a part has the name of its file and an ending that no other write has', () => {
  const [first, second] = [partOf('report.html'), partOf('report.html')];
  expect(first).not.toBe(second);
  expect(first.replace(partEnding, '')).toBe('report.html');
});

for (const [what, sweep] of [
  ['sweepParts', () => sweepParts(folder)],
  ['a file that is written beside it', () => writeAtomically(join(folder, 'a.txt'), 'a')],
  ['a trial of the folder', () => makeWritableFolder('--out', folder)],
] as const) {
  test(`what killed runs left half written is deleted by ${what}; what is being written and other files stay`, async () => {
    for (const name of ['report.html', 'export.safetensors', 'trial']) leave(partOf(join(folder, name)), 61);
    const uuid = '0b1f5c9e-1f7a-4b60-9d53-0b7e8f1c2d3e';
    const others = ['notes.part', `${uuid}.part`, `film.${uuid}`, 'film.0b1f5c9e1f7a4b609d530b7e8f1c2d3e0000.part'];
    for (const name of others) leave(join(folder, name), 61);
    const beside = leave(partOf(join(folder, 'report.html')), 59);
    mkdirSync(join(folder, `a folder.${uuid}.part`));
    utimesSync(join(folder, `a folder.${uuid}.part`), minutesAgo(61), minutesAgo(61));
    await sweep();
    const stay = [...others, `a folder.${uuid}.part`].map((name) => join(folder, name));
    const held = readdirSync(folder).filter((name) => name !== 'a.txt');
    expect(held.map((name) => join(folder, name)).sort()).toEqual([...stay, beside].sort());
  });
}

test('a folder that is not there is left so', async () => {
  await sweepParts(join(folder, 'none'));
  expect(readdirSync(folder)).toEqual([]);
});
