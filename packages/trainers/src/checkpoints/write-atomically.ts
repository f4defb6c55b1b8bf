import { open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { partOf, sweepParts } from '../files/part-files';

/**
 * Writes a file whole or not at all, whenever the process or the machine stops: beside its place first, flushed to the disk, then renamed, and the
 * folder flushed. When it throws, which it does with the system's error, what was in its place is there still, and nothing beside it. What killed runs
 * left half written in that folder, an hour ago or more, it deletes. Node only.
 *
 * @example
 * ```ts
 * import { readFileSync } from 'node:fs';
 * import { writeAtomically } from '@rnn/trainers/checkpoints';
 *
 * await writeAtomically('result.json', JSON.stringify({ loss: 0.5 }));
 * console.log(readFileSync('result.json', 'utf8')); // {"loss":0.5}
 * ```
 */
export async function writeAtomically(file: string, content: string | Uint8Array): Promise<void> {
  await sweepParts(dirname(file));
  const part = partOf(file);
  try {
    await flushed(part, 'wx', (handle) => handle.writeFile(content));
    await rename(part, file);
  } catch (error) {
    await rm(part, { force: true });
    throw error;
  }
  // Windows opens no folders; its file systems keep renames in their journal.
  if (process.platform !== 'win32') await flushed(dirname(file), 'r', async () => {});
}

async function flushed(
  path: string,
  flags: string,
  work: (handle: Awaited<ReturnType<typeof open>>) => Promise<void>,
): Promise<void> {
  const handle = await open(path, flags);
  try {
    await work(handle);
    await handle.sync();
  } finally {
    await handle.close();
  }
}
