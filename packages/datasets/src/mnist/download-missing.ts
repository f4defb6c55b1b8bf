import { randomUUID } from 'node:crypto';
import { unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { errorReason } from '../error-reason';
import { makeFolder } from '../make-folder';
import { type FetchKnownOptions, fetchKnown } from './fetch-known';
import { forEachPart } from './for-each-part';
import type { KnownFile, MnistBytes, MnistPart } from './mnist-files';
import { NoFiles } from './no-files';
import { readKnown } from './read-known';
import { writeAtomically } from './write-atomically';

/**
 * Fetches into `folder` the files that it does not hold whole. A file is checked in memory and only then written, in one
 * step: nothing half done ever bears its name, and trying again after a failure fetches only what is still missing.
 */
export async function downloadMissing(
  folder: string,
  files: Readonly<Record<MnistPart, KnownFile>>,
  { note, ...options }: FetchKnownOptions & { readonly note: (sentence: string) => void },
): Promise<{ readonly files: MnistBytes; readonly mirrors: ReadonlySet<string> }> {
  await checkWritable(folder);
  const used = new Set<string>();
  const found = await forEachPart(async (part) => {
    const file = files[part];
    const kept = await readKnown(folder, file, note);
    if (kept !== undefined) return kept;
    // A mirror that worked is asked first for the next file, so that a dead one costs its timeout once.
    const mirrors = [...used, ...options.mirrors.filter((mirror) => !used.has(mirror))];
    const { bytes, mirror } = await fetchKnown(file, { ...options, mirrors });
    used.add(mirror);
    const name = join(folder, file.name);
    await writeAtomically(name, bytes).catch((error: unknown) => refuse(name, error));
    return { name, bytes };
  });
  return { files: found, mirrors: used };
}

/** Before anything is fetched: a download that can't be kept is not begun. */
async function checkWritable(folder: string): Promise<void> {
  const probe = join(folder, `${process.pid}.${randomUUID()}.part`);
  try {
    await makeFolder(folder);
    await writeFile(probe, '');
    await unlink(probe);
  } catch (error) {
    refuse(folder, error);
  }
}

function refuse(path: string, error: unknown): never {
  const remedy = 'Name another cache with the option cacheFolder or the variable RNN_CACHE.';
  throw new NoFiles(`a download: expected to be able to write ${path}, got ${errorReason(error)}. ${remedy}`);
}
