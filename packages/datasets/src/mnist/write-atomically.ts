import { randomUUID } from 'node:crypto';
import { open, rename, unlink } from 'node:fs/promises';

/**
 * Writes a file so that `path` holds either what it held before or all of `bytes`, whatever happens in between: they go to
 * `<path>.<pid>.<random>.part`, are flushed to the disk, and get their name last. On failure the part is removed.
 */
export async function writeAtomically(path: string, bytes: Uint8Array): Promise<void> {
  const part = `${path}.${process.pid}.${randomUUID()}.part`;
  try {
    const file = await open(part, 'wx');
    try {
      await file.writeFile(bytes);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(part, path);
  } catch (error) {
    await unlink(part).catch(() => undefined); // it may never have been made; the first error is the one that tells
    throw error;
  }
}
