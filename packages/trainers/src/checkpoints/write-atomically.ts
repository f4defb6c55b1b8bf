import { randomUUID } from 'node:crypto';
import { open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';

/** What a file that is being written is called: its name and this after it. */
export const partEnding = /\.[\da-f-]{36}\.part$/;

/**
 * Writes a file whole or not at all, whenever the process or the machine stops: beside its place first, flushed to the disk, then renamed, and the
 * folder flushed. When it throws, what was in its place is there still, and nothing beside it.
 */
export async function writeAtomically(file: string, bytes: Uint8Array): Promise<void> {
  const part = `${file}.${randomUUID()}.part`;
  try {
    await flushed(part, 'wx', (handle) => handle.writeFile(bytes));
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
