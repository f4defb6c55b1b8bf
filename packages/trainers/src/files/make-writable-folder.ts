import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ArgumentError } from '@rnn/cells';
import { makeFolder } from './make-folder';
import { partOf, sweepParts } from './part-files';

/** What the file that it tries would be. */
export const trialName = 'trial';

/**
 * Makes a folder that files can be written to, with those above it that are missing, and tries it with a file, so that a run is not spent on results
 * that have no place. Throws `ArgumentError` with the system's reason. Node only.
 *
 * @param where What names the folder, for the error.
 *
 * @example
 * ```ts
 * import { makeWritableFolder } from '@rnn/trainers/checkpoints';
 *
 * await makeWritableFolder('--out', 'runs/1/pictures'); // or: --out: expected a folder that can be written to, got runs/1/pictures (EACCES)
 * ```
 */
export async function makeWritableFolder(where: string, folder: string): Promise<void> {
  try {
    await makeFolder(folder);
    await sweepParts(folder);
    const trial = partOf(join(folder, trialName));
    await writeFile(trial, '', { flag: 'wx' });
    await rm(trial, { force: true });
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new ArgumentError(where, 'a folder that can be written to', `${folder} (${code ?? message})`);
  }
}
