import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { newFolder } from '../new-folder.fixture';
import { downloadMissing } from './download-missing';
import { deadAddress, startFileMirror, startMirror } from './mirror.fixture';
import type { MnistPart } from './mnist-files';
import { smallFiles, smallMnist, withByte, writeSmallMnist } from './small-mnist.fixture';

const names = Object.values(smallFiles).map(({ name }) => name);
const newCache = async () => join(await newFolder(), 'not', 'there', 'yet');

function download(folder: string, ...mirrors: readonly string[]) {
  const notes: string[] = [];
  const note = (sentence: string) => void notes.push(sentence);
  const options = { mirrors, stallTimeoutMs: 5_000, onProgress: () => undefined, note };
  return downloadMissing(folder, smallFiles, options).then((result) => ({ ...result, notes }));
}

async function expectWhole(folder: string): Promise<void> {
  expect((await readdir(folder)).sort()).toEqual([...names].sort());
  for (const part of Object.keys(smallMnist) as MnistPart[]) {
    expect(new Uint8Array(await readFile(join(folder, smallFiles[part].name)))).toEqual(smallMnist[part]);
  }
}

test('fetches all four into a folder that it makes', async () => {
  const folder = await newCache();
  const mirror = await startFileMirror(smallMnist);
  const { files, mirrors, notes } = await download(folder, mirror.url);
  await expectWhole(folder);
  expect(mirror.requests).toEqual(names.map((name) => `${name}.gz`));
  expect([...mirrors]).toEqual([mirror.url]);
  expect(new Uint8Array(files.testImages.bytes)).toEqual(smallMnist.testImages);
  expect(notes).toEqual([]);
});

test('what is there whole is not fetched again', async () => {
  const folder = await newFolder();
  await writeSmallMnist(folder);
  await download(folder, await deadAddress());
  await expectWhole(folder);
});

test('after a broken connection nothing half done is left, and trying again fetches only what is missing', async () => {
  const folder = await newCache();
  const whole = await startFileMirror(smallMnist);
  const breaking = await startMirror(({ url = '' }, response) => {
    if (url.startsWith('/train')) response.writeHead(302, { location: new URL(url, whole.url).href }).end();
    else response.writeHead(200, { 'content-length': 1000 }).write(Buffer.alloc(500), () => response.destroy());
  });
  await expect(download(folder, breaking.url)).rejects.toThrow(`${breaking.url}t10k-images-idx3-ubyte.gz: `);
  expect((await readdir(folder)).sort()).toEqual(['train-images-idx3-ubyte', 'train-labels-idx1-ubyte']);

  whole.requests.length = 0;
  await download(folder, whole.url);
  expect(whole.requests).toEqual(['t10k-images-idx3-ubyte.gz', 't10k-labels-idx1-ubyte.gz']);
  await expectWhole(folder);
});

test('a file with other content never gets the name', async () => {
  const folder = await newCache();
  const wrong = await startFileMirror({ ...smallMnist, trainImages: withByte(smallMnist.trainImages, 99, 0) });
  await expect(download(folder, wrong.url)).rejects.toThrow(`${wrong.url}train-images-idx3-ubyte.gz: expected SHA-256`);
  expect(await readdir(folder)).toEqual([]);
});

test('a damaged file is told of and replaced', async () => {
  const folder = await newFolder();
  await writeSmallMnist(folder, { testLabels: Uint8Array.of(1, 2, 3) });
  const { notes } = await download(folder, (await startFileMirror(smallMnist)).url);
  expect(notes).toEqual([`${join(folder, 't10k-labels-idx1-ubyte')}: expected 11 bytes, got 3; it was not used`]);
  await expectWhole(folder);
});

test('a damaged file stays as it is when no mirror has a better one', async () => {
  const folder = await newFolder();
  await writeSmallMnist(folder, { testLabels: Uint8Array.of(1, 2, 3) });
  await expect(download(folder, (await startFileMirror({})).url)).rejects.toThrow('HTTP 404 Not Found');
  expect([...(await readFile(join(folder, 't10k-labels-idx1-ubyte')))]).toEqual([1, 2, 3]);
});

test('a mirror that failed is not asked again while another answers', async () => {
  const folder = await newCache();
  const [empty, whole] = [await startFileMirror({}), await startFileMirror(smallMnist)];
  const { mirrors } = await download(folder, empty.url, whole.url);
  expect(empty.requests).toEqual(['train-images-idx3-ubyte.gz']);
  expect([...mirrors]).toEqual([whole.url]);
});

test('mirrors that each have a half are enough together', async () => {
  const folder = await newCache();
  const { trainImages, trainLabels, testImages, testLabels } = smallMnist;
  const [images, labels] = [
    await startFileMirror({ trainImages, testImages }),
    await startFileMirror({ trainLabels, testLabels }),
  ];
  await download(folder, images.url, labels.url);
  await expectWhole(folder);
});

test('a cache that cannot be written to is refused before anything is fetched', async () => {
  const file = join(await newFolder(), 'file');
  await writeFile(file, ''); // a folder below a file: refused to root as well
  const mirror = await startFileMirror(smallMnist);
  const folder = join(file, 'mnist');
  await expect(download(folder, mirror.url)).rejects.toThrow(
    `a download: expected to be able to write ${folder}, got ENOTDIR. Name another cache with the option cacheFolder or the variable RNN_CACHE.`,
  );
  expect(mirror.requests).toEqual([]);
});

test('a cache where nothing can be made is refused too', async () => {
  await expect(download('/proc/x/mnist', (await startFileMirror(smallMnist)).url)).rejects.toThrow(
    /^a download: expected to be able to write \/proc\/x\/mnist, got E[A-Z]+\. Name another cache/,
  );
});

test('a file that cannot get its name is said to be the fault of the cache, not of the mirror', async () => {
  const folder = await newFolder();
  const taken = join(folder, 'train-images-idx3-ubyte');
  await mkdir(join(taken, 'inside'), { recursive: true });
  await expect(download(folder, (await startFileMirror(smallMnist)).url)).rejects.toThrow(
    `a download: expected to be able to write ${taken}, got EISDIR. Name another cache`,
  );
  expect(await readdir(folder)).toEqual(['train-images-idx3-ubyte']);
});
