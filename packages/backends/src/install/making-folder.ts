import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { pid } from 'node:process';
import { installFailure } from './install-failure';
import { isThere } from './link-binding';
import { makeFolder } from './make-folder';

/** Makes the folder in the cache in which this process makes a library: `making-HOST-PID-…`. Throws `BackendError` where it cannot. */
export async function makingFolder(cache: string): Promise<string> {
  try {
    await makeFolder(cache);
    return await mkdtemp(join(cache, `making-${hostname()}-${pid}-`));
  } catch (error) {
    throw installFailure(
      `to make a folder in ${cache}`,
      (error as Error).message,
      'Name a place for caches that can be written with XDG_CACHE_HOME.',
    );
  }
}

/**
 * Removes such folders of processes that were killed. One made on another machine stays: whether its process runs does not show here. What cannot be
 * looked at or removed stays too: it is in nobody's way.
 */
export async function removeAbandoned(cache: string): Promise<void> {
  for (const name of isThere(cache) ? await readdir(cache).catch(() => []) : []) {
    const [, host, maker] = /^making-(.+)-(\d+)-[^-]+$/.exec(name) ?? [];
    // One with the number of this process is of an earlier one: this has made none yet.
    if (host === hostname() && (Number(maker) === pid || !runs(Number(maker))))
      await rm(join(cache, name), { recursive: true, force: true }).catch(() => undefined);
  }
}

function runs(process: number): boolean {
  try {
    return globalThis.process.kill(process, 0);
  } catch (error) {
    // Another user's.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
