import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { gunzipIfGzipped } from './gunzip-if-gzipped';

const bytes = Uint8Array.from({ length: 5000 }, (_, i) => (i * i) % 251);

test('decompresses gzip', async () => {
  expect(new Uint8Array(await gunzipIfGzipped(gzipSync(bytes)))).toEqual(bytes);
});

test('leaves everything else as it is', async () => {
  expect(await gunzipIfGzipped(bytes)).toBe(bytes);
  expect(await gunzipIfGzipped(new Uint8Array())).toHaveLength(0);
});

test('refuses gzip that is cut off, and gzip that swells past what was allowed', async () => {
  await expect(gunzipIfGzipped(gzipSync(bytes).subarray(0, 100))).rejects.toThrow('unexpected end of file');
  await expect(gunzipIfGzipped(gzipSync(bytes), 4999)).rejects.toThrow('larger than 4999 bytes');
  expect(await gunzipIfGzipped(gzipSync(bytes), 5000)).toHaveLength(5000);
});
