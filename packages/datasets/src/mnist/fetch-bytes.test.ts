import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { fetchBytes } from './fetch-bytes';
import { deadAddress, startMirror } from './mirror.fixture';

const body = Buffer.from(Uint8Array.from({ length: 200_000 }, (_, i) => (i * i) % 251));
const quietly = { stallTimeoutMs: 5_000, onBytes: () => undefined };

test('gives the whole body and tells how far it has come', async () => {
  const { url } = await startMirror((_, response) => {
    response.writeHead(200, { 'content-length': body.length });
    response.write(body.subarray(0, 1000), () => setTimeout(() => response.end(body.subarray(1000)), 20));
  });
  const told: (number | undefined)[][] = [];
  const onBytes = (...progress: (number | undefined)[]) => told.push(progress);
  expect(body.equals(await fetchBytes(url, { ...quietly, onBytes }))).toBe(true);
  expect(told.length).toBeGreaterThan(1);
  expect(told.map(([received]) => received)).toEqual(told.map(([received]) => received).sort((a = 0, b = 0) => a - b));
  expect(told.at(-1)).toEqual([200_000, 200_000]);
});

test('a body compressed for the journey comes out plain, its whole length unknown', async () => {
  const { url } = await startMirror((_, response) => {
    const gzip = gzipSync(body);
    response.writeHead(200, { 'content-encoding': 'gzip', 'content-length': gzip.length }).end(gzip);
  });
  const totals = new Set<number | undefined>();
  const onBytes = (_: number, total: number | undefined) => totals.add(total);
  expect(body.equals(await fetchBytes(url, { ...quietly, onBytes }))).toBe(true);
  expect([...totals]).toEqual([undefined]);
});

test('a status that is none of success', async () => {
  const { url } = await startMirror((_, response) => response.writeHead(503).end('later'));
  await expect(fetchBytes(url, quietly)).rejects.toThrow('HTTP 503 Service Unavailable');
});

test('a connection that breaks off', async () => {
  const { url } = await startMirror((_, response) => {
    response.writeHead(200, { 'content-length': body.length });
    response.write(body.subarray(0, 1000), () => response.destroy());
  });
  await expect(fetchBytes(url, quietly)).rejects.toThrow();
});

test('nobody there', async () => {
  await expect(fetchBytes(await deadAddress(), quietly)).rejects.toThrow('fetch failed');
});

test.each([
  ['before the first byte', 0],
  ['in the middle', 1000],
])('a server that falls silent %s', async (_, sent) => {
  const { url } = await startMirror((_request, response) => {
    if (sent > 0) response.writeHead(200).write(body.subarray(0, sent));
  });
  await expect(fetchBytes(url, { ...quietly, stallTimeoutMs: 100 })).rejects.toThrow('nothing arrived for 0.1 s');
});

test('a server that is slow but not silent is waited for', async () => {
  const { url } = await startMirror((_, response) => {
    let sent = 0;
    const timer = setInterval(() => {
      response.write('.');
      if (++sent < 6) return;
      clearInterval(timer);
      response.end();
    }, 50);
  });
  expect(await fetchBytes(url, { ...quietly, stallTimeoutMs: 200 })).toHaveLength(6);
});
