import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { newFolder } from '../new-folder.fixture';
import { readKnown } from './read-known';
import { smallFiles, smallMnist, withByte } from './small-mnist.fixture';

const file = smallFiles.trainLabels;

async function readFrom(folder: string) {
  const notes: string[] = [];
  const found = await readKnown(folder, file, (sentence) => notes.push(sentence));
  return { found, notes };
}

test('reads a file that has the content it is known by', async () => {
  const folder = await newFolder();
  await writeFile(join(folder, file.name), smallMnist.trainLabels);
  const { found, notes } = await readFrom(folder);
  expect(found?.name).toBe(join(folder, file.name));
  expect(new Uint8Array(found?.bytes ?? [])).toEqual(smallMnist.trainLabels);
  expect(notes).toEqual([]);
});

test('a file that is not there is missing, and nothing to speak of', async () => {
  const folder = await newFolder();
  expect(await readFrom(folder)).toEqual({ found: undefined, notes: [] });
  await writeFile(join(folder, 'plain-file'), '');
  expect(await readFrom(join(folder, 'plain-file'))).toEqual({ found: undefined, notes: [] });
});

test('a file with other content is missing, is told of, and is left as it is', async () => {
  const folder = await newFolder();
  const path = join(folder, file.name);
  const changed = withByte(smallMnist.trainLabels, 10, 77);
  await writeFile(path, changed);
  const { found, notes } = await readFrom(folder);
  expect(found).toBeUndefined();
  expect(notes).toEqual([
    expect.stringMatching(/: expected SHA-256 [0-9a-f]{12}…, got [0-9a-f]{12}…; it was not used$/),
  ]);
  expect(notes[0]).toContain(`${path}: expected SHA-256 ${file.sha256.slice(0, 12)}…`);
  expect(new Uint8Array(await readFile(path))).toEqual(changed);
});

test('a truncated file is told of by its length', async () => {
  const folder = await newFolder();
  await writeFile(join(folder, file.name), smallMnist.trainLabels.subarray(0, 5));
  expect((await readFrom(folder)).notes).toEqual([
    `${join(folder, file.name)}: expected 16 bytes, got 5; it was not used`,
  ]);
});

test("a file that can't be read is told of", async () => {
  const folder = await newFolder();
  await mkdir(join(folder, file.name));
  expect(await readFrom(folder)).toEqual({
    found: undefined,
    notes: [`${join(folder, file.name)}: expected a file that can be read, got EISDIR; it was not used`],
  });
});
