import { createWriteStream } from 'node:fs';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import yauzl from 'yauzl';
import { installFailure } from './install-failure';
import { makeFolder } from './make-folder';

/** Writes those files of a wheel, which is a zip, into a folder; gives their paths in the wheel. */
export async function unpackWheel(
  wheel: string,
  folder: string,
  wanted: (path: string) => boolean,
  interrupted: AbortSignal,
): Promise<readonly string[]> {
  const taken: string[] = [];
  try {
    const zip = await yauzl.openPromise(wheel);
    for await (const entry of zip.eachEntry()) {
      if (!wanted(entry.fileName)) continue;
      const file = join(folder, entry.fileName);
      await makeFolder(dirname(file));
      await pipeline(await zip.openReadStreamPromise(entry), createWriteStream(file), { signal: interrupted });
      taken.push(entry.fileName);
    }
  } catch (error) {
    throw installFailure(
      `a wheel in ${wheel}`,
      `none (${(error as Error).message})`,
      'See that it is whole, and that a gigabyte is free.',
    );
  }
  return taken;
}
