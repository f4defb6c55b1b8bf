import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { makingFolder, removeAbandoned } from './making-folder';

let cache: string;
beforeEach(() => {
  cache = mkdtempSync(join(tmpdir(), 'making-folder-'));
});
afterEach(() => rmSync(cache, { recursive: true }));

it('makes one that names this machine and this process, in a cache that need not be there', async () => {
  const folder = await makingFolder(join(cache, 'new'));
  expect(basename(folder).startsWith(`making-${hostname()}-${process.pid}-`)).toBe(true);
  expect(readdirSync(folder)).toEqual([]);
});

it('says at once where it cannot be made, and what to do', async () => {
  await expect(makingFolder('/proc/x/rnn-backends')).rejects.toThrow(
    /^install tensorflow: expected to make a folder in \/proc\/x\/rnn-backends, got E.*\. Name a place for caches that can be written with XDG_CACHE_HOME\.$/,
  );
});

it('removes those whose process runs no more, and no other', async () => {
  const dead = spawnSync(process.execPath, ['--version']).pid;
  const running = `making-${hostname()}-${process.ppid}-aBcDeF`;
  const elsewhere = `making-another-${hostname()}-${dead}-aBcDeF`;
  const others = [running, elsewhere, 'tensorflow_cpu-2.21.0', 'making-of-something'];
  const abandoned = [`making-${hostname()}-${dead}-aBcDeF`, `making-${hostname()}-${process.pid}-aBcDeF`];
  for (const name of [...others, ...abandoned]) {
    mkdirSync(join(cache, name, 'download'), { recursive: true });
    writeFileSync(join(cache, name, 'download/part.whl'), 'half a wheel');
  }
  await removeAbandoned(cache);
  expect(readdirSync(cache).sort()).toEqual([...others].sort());
});

it('has nothing to remove where there is no cache', async () => {
  await expect(removeAbandoned(join(cache, 'nowhere'))).resolves.toBeUndefined();
});
