import { join } from 'node:path';

/** The folder called `name` in the cache at `root`; by default the variable RNN_CACHE, else the system's place for caches. */
export async function cacheFolder(name: string, root = process.env.RNN_CACHE || undefined): Promise<string> {
  if (root !== undefined) return join(root, name);
  const { default: envPaths } = await import('env-paths'); // ES module only, and this package is CommonJS too
  return join(envPaths('rnn', { suffix: '' }).cache, name);
}
