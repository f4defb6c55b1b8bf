import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { idxBytes } from '../idx/idx-bytes.fixture';
import { type KnownFile, type MnistPart, mnistFiles } from './mnist-files';

/** Picture i is filled with the byte `first + i` and has label `(first + i) % 10`. */
const images = (first: number, count: number) =>
  idxBytes(
    0x0803,
    [count, 28, 28],
    Array.from({ length: count * 784 }, (_, pixel) => first + Math.floor(pixel / 784)),
  );
const labels = (first: number, count: number) =>
  idxBytes(
    0x0801,
    [count],
    Array.from({ length: count }, (_, i) => (first + i) % 10),
  );

/** Eight pictures to train on, from 1 up, and three to test on, from 101 up, by the names of MNIST's files. */
export const smallMnist: Readonly<Record<MnistPart, Uint8Array>> = {
  trainImages: images(1, 8),
  trainLabels: labels(1, 8),
  testImages: images(101, 3),
  testLabels: labels(101, 3),
};

/** A copy in which one byte is another. */
export function withByte(bytes: Uint8Array, index: number, byte: number): Uint8Array {
  const copy = bytes.slice();
  copy[index] = byte;
  return copy;
}

const parts = Object.keys(mnistFiles) as MnistPart[];

/** What the small files are known by. */
export const smallFiles = Object.fromEntries(
  parts.map((part) => {
    const bytes = smallMnist[part];
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    return [part, { name: mnistFiles[part].name, size: bytes.length, sha256 }];
  }),
) as Readonly<Record<MnistPart, KnownFile>>;

/** Writes the small files into `folder` under the names that `rename` makes of theirs; what `replace` holds in their stead. */
export async function writeSmallMnist(
  folder: string,
  replace: Partial<Record<MnistPart, Uint8Array>> = {},
  rename = (name: string) => name,
): Promise<void> {
  for (const part of parts) {
    await writeFile(join(folder, rename(mnistFiles[part].name)), replace[part] ?? smallMnist[part]);
  }
}
