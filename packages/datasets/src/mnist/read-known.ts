import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { errorReason } from '../error-reason';
import { contentMismatch } from './content-mismatch';
import type { KnownFile, NamedBytes } from './mnist-files';

/**
 * A file that lies in `folder` under its own name with the content it is known by. One with other content, or that can't be
 * read, is left as it is and counts as missing (undefined); `note` is told.
 */
export async function readKnown(
  folder: string,
  file: KnownFile,
  note: (sentence: string) => void,
): Promise<NamedBytes | undefined> {
  const name = join(folder, file.name);
  try {
    const bytes = await readFile(name);
    const mismatch = contentMismatch(bytes, file);
    if (mismatch === undefined) return { name, bytes };
    note(`${name}: ${mismatch}; it was not used`);
  } catch (error) {
    const reason = errorReason(error);
    const isMissing = reason === 'ENOENT' || reason === 'ENOTDIR';
    if (!isMissing) note(`${name}: expected a file that can be read, got ${reason}; it was not used`);
  }
  return undefined;
}
