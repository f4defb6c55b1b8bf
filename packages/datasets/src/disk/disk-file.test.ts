import { truncateSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { saying } from '../dataset-error.fixture';
import { newFolder } from '../new-folder.fixture';
import { diskFile, readDiskFile } from './disk-file';

test('a file that shrinks while it is read is told, and nothing is made of half of it', async () => {
  const path = join(await newFolder(), 'file');
  await writeFile(
    path,
    Uint8Array.from({ length: 100 }, (_, i) => i),
  );
  const file = diskFile(path);
  const tail = new Uint8Array(20);
  readDiskFile(file, (fill) => fill(tail, 80));
  expect([tail[0], tail[19]]).toEqual([80, 99]);
  const read = () =>
    readDiskFile(file, (fill) => {
      truncateSync(path, 90);
      fill(tail, 80);
      return expect.unreachable();
    });
  expect(read).toThrow(
    saying(
      `${path}: expected 100 bytes, as when the set was made, got 90. Put the file back as it was, or make the set anew.`,
    ),
  );
});
