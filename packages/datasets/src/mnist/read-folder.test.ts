import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { saying } from '../dataset-error.fixture';
import { newFolder } from '../new-folder.fixture';
import type { MnistPart } from './mnist-files';
import { readFolder } from './read-folder';
import { smallMnist, writeSmallMnist } from './small-mnist.fixture';

const gzipped = {
  trainImages: gzipSync(smallMnist.trainImages),
  trainLabels: gzipSync(smallMnist.trainLabels),
  testImages: gzipSync(smallMnist.testImages),
  testLabels: gzipSync(smallMnist.testLabels),
};

const dotted = (name: string) => name.replace('-idx', '.idx');

test.each([
  ['train-images-idx3-ubyte', {}, undefined],
  ['train-images.idx3-ubyte', {}, dotted],
  ['train-images-idx3-ubyte.gz', gzipped, (name: string) => `${name}.gz`],
  ['train-images.idx3-ubyte.gz', gzipped, (name: string) => `${dotted(name)}.gz`],
])('reads files named like %s', async (name, contents, rename) => {
  const folder = await newFolder();
  await writeSmallMnist(folder, contents, rename);
  const files = await readFolder(folder, 'MNIST');
  expect(files.trainImages.name).toBe(join(folder, name));
  for (const part of Object.keys(smallMnist) as MnistPart[]) {
    expect(new Uint8Array(files[part].bytes)).toEqual(smallMnist[part]);
  }
});

test('a folder that is not there', async () => {
  const folder = join(await newFolder(), 'nowhere');
  await expect(readFolder(folder, 'MNIST')).rejects.toThrow(
    saying(`${folder}: expected a folder with the four files of MNIST, got ENOENT. Is the path right?`),
  );
});

test('a file in place of a folder', async () => {
  const file = join(await newFolder(), 'file');
  await writeFile(file, '');
  await expect(readFolder(file, 'MNIST')).rejects.toThrow(
    saying(`${file}: expected a folder with the four files of MNIST, got ENOTDIR. Is the path right?`),
  );
});

test('one of the files is missing', async () => {
  const folder = await newFolder();
  await writeSmallMnist(folder);
  await rm(join(folder, 't10k-labels-idx1-ubyte'));
  await expect(readFolder(folder, 'MNIST')).rejects.toThrow(
    saying(
      `${folder}: expected t10k-labels-idx1-ubyte or t10k-labels.idx1-ubyte, plain or with .gz, got neither. ` +
        'Put train-images-idx3-ubyte, train-labels-idx1-ubyte, t10k-images-idx3-ubyte, t10k-labels-idx1-ubyte there.',
    ),
  );
});

test('a gzip file that is cut off', async () => {
  const folder = await newFolder();
  await writeSmallMnist(
    folder,
    { ...gzipped, trainLabels: gzipped.trainLabels.subarray(0, 20) },
    (name) => `${name}.gz`,
  );
  const path = join(folder, 'train-labels-idx1-ubyte.gz');
  await expect(readFolder(folder, 'MNIST')).rejects.toThrow(
    saying(`${path}: expected a file that can be read, got unexpected end of file. Fetch it again.`),
  );
});

test('a folder in place of a file', async () => {
  const folder = await newFolder();
  await writeSmallMnist(folder);
  const path = join(folder, 'train-images-idx3-ubyte');
  await rm(path);
  await mkdir(path);
  await expect(readFolder(folder, 'MNIST')).rejects.toThrow(
    saying(`${path}: expected a file that can be read, got EISDIR. Fetch it again.`),
  );
});
