import { closeSync, fstatSync, openSync, readSync, statSync } from 'node:fs';
import { DatasetError } from '../dataset-error';
import { errorReason } from '../error-reason';

/** A file as it was when a set was made of it. */
export interface DiskFile {
  readonly path: string;
  /** In bytes. */
  readonly size: number;
  /** When it was last written to, in milliseconds. */
  readonly modified: number;
}

/** Fills `target` with the bytes of an open file from `position` on. */
export type Fill = (target: Uint8Array, position: number) => void;

/** Throws a `DatasetError` where there is no such file. */
export function diskFile(path: string): DiskFile {
  try {
    const stats = statSync(path);
    if (stats.isFile()) return { path, size: stats.size, modified: stats.mtimeMs };
  } catch (error) {
    throw new DatasetError({ where: path, expected: 'a file that can be read', got: errorReason(error) });
  }
  throw new DatasetError({ where: path, expected: 'a file', got: 'something else' });
}

/**
 * What `read` makes of the file's bytes. It is open meanwhile and closed afterwards, whatever happens, so that a set on disk holds nothing that
 * must be freed. Throws a `DatasetError` where the file is no longer what it was.
 */
export function readDiskFile<Made>({ path, size, modified }: DiskFile, read: (fill: Fill) => Made): Made {
  const refuse = (expected: string, got: string): never => {
    throw new DatasetError({
      where: path,
      expected,
      got,
      remedy: 'Put the file back as it was, or make the set anew.',
    });
  };
  let handle: number;
  try {
    handle = openSync(path, 'r');
  } catch (error) {
    return refuse('the file that the set was made of', errorReason(error));
  }
  try {
    const now = fstatSync(handle);
    if (now.size !== size) refuse(`${size} bytes, as when the set was made`, `${now.size}`);
    if (now.mtimeMs !== modified) refuse('a file unchanged since the set was made', 'one written to since');
    return read((target, position) => {
      for (let filled = 0; filled < target.length; ) {
        const count = readSync(handle, target, filled, target.length - filled, position + filled);
        if (count === 0) refuse(`${size} bytes, as when the set was made`, `${position + filled}`);
        filled += count;
      }
    });
  } finally {
    closeSync(handle);
  }
}
