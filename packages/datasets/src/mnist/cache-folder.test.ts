import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { cacheFolder } from './cache-folder';

afterEach(() => vi.unstubAllEnvs());

test('is in the folder named, whatever the variable says', async () => {
  vi.stubEnv('RNN_CACHE', '/from/variable');
  expect(await cacheFolder('mnist', '/named')).toBe(join('/named', 'mnist'));
});

test('is in RNN_CACHE otherwise', async () => {
  vi.stubEnv('RNN_CACHE', '/from/variable');
  expect(await cacheFolder('mnist')).toBe(join('/from/variable', 'mnist'));
});

test("is in the system's place for caches by default, and for an empty variable", async () => {
  vi.stubEnv('XDG_CACHE_HOME', undefined);
  for (const value of [undefined, '']) {
    vi.stubEnv('RNN_CACHE', value);
    const folder = await cacheFolder('mnist');
    expect(isAbsolute(folder)).toBe(true);
    expect(folder.startsWith(homedir())).toBe(true);
    expect(folder).toMatch(/rnn.*mnist$/);
  }
});
