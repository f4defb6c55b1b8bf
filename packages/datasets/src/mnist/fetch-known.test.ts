import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { fetchKnown } from './fetch-known';
import { deadAddress, startFileMirror, startMirror } from './mirror.fixture';
import { smallFiles, smallMnist, withByte } from './small-mnist.fixture';

const file = smallFiles.trainImages;
const bytes = smallMnist.trainImages;
const quietly = { stallTimeoutMs: 5_000, onProgress: () => undefined };

const reasonsOf = async (mirrors: readonly string[], options = quietly) =>
  fetchKnown(file, { ...options, mirrors }).then(
    () => 'it came',
    (error: Error) => error.message.split('\n'),
  );

test('decompresses what the first mirror gives and asks no other', async () => {
  const [first, second] = [await startFileMirror(smallMnist), await startFileMirror(smallMnist)];
  const fetched = await fetchKnown(file, { ...quietly, mirrors: [first.url, second.url] });
  expect(fetched.mirror).toBe(first.url);
  expect(new Uint8Array(fetched.bytes)).toEqual(bytes);
  expect([first.requests, second.requests]).toEqual([['train-images-idx3-ubyte.gz'], []]);
});

test('an address without a slash at its end is a folder all the same', async () => {
  const { url } = await startFileMirror(smallMnist);
  expect(new Uint8Array((await fetchKnown(file, { ...quietly, mirrors: [url.slice(0, -1)] })).bytes)).toEqual(bytes);
});

test('a server that decompresses on the way is understood', async () => {
  const { url } = await startMirror((_, response) => {
    response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync(bytes));
  });
  expect(new Uint8Array((await fetchKnown(file, { ...quietly, mirrors: [url] })).bytes)).toEqual(bytes);
});

test('passes over mirrors that are dead, empty, broken, cut off, wrong or silent, and tells why of each', async () => {
  const gzip = gzipSync(bytes);
  const mirrors = [
    await deadAddress(),
    (await startFileMirror({})).url,
    (await startMirror((_, response) => response.writeHead(500).end())).url,
    (await startMirror((_, response) => response.end(gzip.subarray(0, 40)))).url,
    (await startMirror((_, response) => response.end(gzipSync(withByte(bytes, 100, 200))))).url,
    (await startMirror((_, response) => response.end('<html>please log in</html>'))).url,
    (await startMirror((_, response) => response.end(gzipSync(Buffer.alloc(10_000))))).url,
    (await startMirror(() => undefined)).url,
  ];
  const reasons = await reasonsOf(mirrors, { ...quietly, stallTimeoutMs: 300 });
  const url = (mirror: number) => `${mirrors[mirror]}train-images-idx3-ubyte.gz`;
  expect(reasons).toEqual([
    `${url(0)}: ECONNREFUSED`,
    `${url(1)}: HTTP 404 Not Found`,
    `${url(2)}: HTTP 500 Internal Server Error`,
    `${url(3)}: unexpected end of file`,
    expect.stringContaining(`${url(4)}: expected SHA-256 ${file.sha256.slice(0, 12)}…, got `),
    `${url(5)}: expected 6288 bytes, got 26`,
    `${url(6)}: Cannot create a Buffer larger than 6288 bytes`,
    `${url(7)}: nothing arrived for 0.3 s`,
  ]);

  const whole = await startFileMirror(smallMnist);
  const options = { ...quietly, stallTimeoutMs: 300, mirrors: [...mirrors, whole.url] };
  expect((await fetchKnown(file, options)).mirror).toBe(whole.url);
});

test('a connection that breaks off is a reason, and not the end', async () => {
  const broken = await startMirror((_, response) => {
    response.writeHead(200, { 'content-length': 9999 }).write('abc', () => response.destroy());
  });
  const whole = await startFileMirror(smallMnist);
  expect(await reasonsOf([broken.url])).toEqual([
    expect.stringMatching(/\.gz: (other side closed|terminated|ECONNRESET)$/),
  ]);
  expect((await fetchKnown(file, { ...quietly, mirrors: [broken.url, whole.url] })).mirror).toBe(whole.url);
});

test('tells how far it has come, by file and address', async () => {
  const { url } = await startFileMirror(smallMnist);
  const told: unknown[] = [];
  await fetchKnown(file, { ...quietly, mirrors: [url], onProgress: (progress) => told.push(progress) });
  const receivedBytes = gzipSync(bytes, { level: 1 }).length;
  expect(told.at(-1)).toMatchObject({ file: file.name, url: `${url}${file.name}.gz`, receivedBytes });
});

test('without mirrors there is nobody to ask', async () => {
  expect(await reasonsOf([])).toEqual(['a download: no mirror is named']);
});
