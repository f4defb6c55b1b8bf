import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatasetError } from '../dataset-error';
import { errorReason } from '../error-reason';
import { forEachPart } from './for-each-part';
import { gunzipIfGzipped } from './gunzip-if-gzipped';
import { type MnistBytes, mnistFiles, type NamedBytes } from './mnist-files';

const GIVE_FOUR_FILES = `Put ${Object.values(mnistFiles)
  .map(({ name }) => name)
  .join(', ')} there.`;

/**
 * The four files in a folder that the user named, so that whatever is missing there is an error. Each may be called
 * `train-images-idx3-ubyte` or `train-images.idx3-ubyte`, with or without `.gz`, and may hold any number of examples.
 */
export async function readFolder(folder: string, title: string): Promise<MnistBytes> {
  const held = await readdir(folder).catch((error: unknown) => {
    const expected = `a folder with the four files of ${title}`;
    throw new DatasetError({ where: folder, expected, got: errorReason(error), remedy: 'Is the path right?' });
  });
  return forEachPart((part) => readOne(folder, held, mnistFiles[part].name));
}

async function readOne(folder: string, held: readonly string[], name: string): Promise<NamedBytes> {
  const dotted = name.replace('-idx', '.idx');
  const found = [name, dotted, `${name}.gz`, `${dotted}.gz`].find((candidate) => held.includes(candidate));
  if (found === undefined) {
    const expected = `${name} or ${dotted}, plain or with .gz`;
    throw new DatasetError({ where: folder, expected, got: 'neither', remedy: GIVE_FOUR_FILES });
  }
  const path = join(folder, found);
  try {
    return { name: path, bytes: await gunzipIfGzipped(await readFile(path)) };
  } catch (error) {
    const expected = 'a file that can be read';
    throw new DatasetError({ where: path, expected, got: errorReason(error), remedy: 'Fetch it again.' });
  }
}
