import { countOf } from '../count-of';
import { DatasetError } from '../dataset-error';
import type { IdxType } from './idx';
import { describeMagic, readMagic } from './idx-magic';

/** What stands before the elements of an IDX file. */
export interface IdxHeader {
  readonly type: IdxType;
  readonly shape: readonly number[];
  /** How many elements follow: the product of `shape`. */
  readonly count: number;
  /** In bytes. */
  readonly headerLength: number;
}

/**
 * The header at the head of `bytes`, which are the first or all of a file of `fileLength` bytes called `name`. Throws a `DatasetError`
 * unless the file is as long as its header says.
 */
export function readIdxHeader(bytes: Uint8Array, fileLength: number, name: string): IdxHeader {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 4) {
    const expected = 'an IDX file, which begins with a magic number of 4 bytes';
    throw new DatasetError({ where: name, expected, got: `${bytes.length} bytes in all` });
  }
  const magic = view.getUint32(0);
  const meaning = readMagic(magic);
  if (meaning === undefined) {
    const expected = 'an IDX magic number, such as 0x00000803 (unsigned bytes, 3 dimensions)';
    throw new DatasetError({ where: name, expected, got: describeMagic(magic), remedy: 'Is this an IDX file?' });
  }
  const headerLength = 4 + 4 * meaning.dimensions;
  if (bytes.length < headerLength) {
    const expected = `a header of ${headerLength} bytes for ${describeMagic(magic)}`;
    const got = `${bytes.length} bytes in all`;
    throw new DatasetError({ where: name, expected, got, remedy: 'The file is truncated, fetch it again.' });
  }
  const shape = Array.from({ length: meaning.dimensions }, (_, i) => view.getUint32(4 + 4 * i));
  const count = countOf(shape);
  const length = headerLength + count * meaning.bytes;
  if (fileLength !== length) {
    const expected = `${length} bytes (a header of ${headerLength}, then ${shape.join(' x ')} ${meaning.words})`;
    const remedy =
      fileLength < length
        ? 'The file is truncated, fetch it again.'
        : 'Bytes stand after its end, or its count is wrong: fetch it again.';
    throw new DatasetError({ where: name, expected, got: `${fileLength}`, remedy });
  }
  return { type: meaning.type, shape, count, headerLength };
}
