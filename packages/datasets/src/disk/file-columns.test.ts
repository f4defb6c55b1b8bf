import { appendFile, open, rm, truncate, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { valuesColumn } from '../columns/values-column';
import { Dataset } from '../dataset';
import { DatasetError } from '../dataset-error';
import { saying } from '../dataset-error.fixture';
import { idxBytes } from '../idx/idx-bytes.fixture';
import { mnist } from '../mnist/mnist';
import { writeSmallMnist } from '../mnist/small-mnist.fixture';
import { newFolder } from '../new-folder.fixture';
import { idxFileColumn, rawFileColumn } from './file-columns';

async function newFile(bytes: Uint8Array): Promise<string> {
  const path = join(await newFolder(), 'numbers');
  await writeFile(path, bytes);
  return path;
}

/** Row i holds 10 i, 10 i + 1 and 10 i + 2. */
const tens = (rows: number) => Float32Array.from({ length: 3 * rows }, (_, i) => 10 * Math.floor(i / 3) + (i % 3));
const tensFile = (rows: number) => newFile(new Uint8Array(tens(rows).buffer));

test('batches of a set on disk are those of the set in memory, to the bit, shuffled or not', async () => {
  const folder = await newFolder();
  await writeSmallMnist(folder);
  const inMemory = (await mnist({ folder, labels: 'integer', validationSize: 2, seed: 5 })).train;
  const images = await idxFileColumn(join(folder, 'train-images-idx3-ubyte'), { divideBy: 255 });
  const labels = await idxFileColumn(join(folder, 'train-labels-idx1-ubyte'), { values: 'int32' });
  const onDisk = new Dataset(images, labels, { seed: 5 }).slice(2);
  expect(onDisk).toMatchObject({ size: 6, inputShape: [28, 28], targetShape: [] });
  for (const request of [{ shuffle: true, epoch: 3 }, { shuffle: true, seed: 8 }, { shuffle: false }]) {
    const batches = [...onDisk.batches({ batchSize: 4, ...request })];
    expect(batches).toEqual([...inMemory.batches({ batchSize: 4, ...request })]);
    expect(batches.map(({ size }) => size)).toEqual([4, 2]);
  }
  expect(onDisk.nextBatch(9)).toEqual(inMemory.nextBatch(9));
});

test('rows are read in the order asked for, alone, together and twice', async () => {
  const column = await rawFileColumn(await tensFile(5), { type: 'float32', shape: [3] });
  expect(column).toMatchObject({ size: 5, shape: [3] });
  const of = (...rows: number[]) => rows.flatMap((row) => [10 * row, 10 * row + 1, 10 * row + 2]);
  for (const rows of [[0, 1, 2], [4, 3], [2, 2, 3, 4, 0], [1], []]) {
    expect([...column.gather(Uint32Array.from(rows))]).toEqual(of(...rows));
  }
  const middle = column.slice(1, 4).slice(1, 3);
  expect(middle.size).toBe(2);
  expect([...middle.gather(Uint32Array.of(1, 0))]).toEqual(of(3, 2));
});

const bigEndian = (write: (view: DataView) => void, bytes: number) => {
  const view = new DataView(new ArrayBuffer(bytes));
  write(view);
  return [...new Uint8Array(view.buffer)];
};

test.each([
  ['unsigned bytes', 0x0802, [7, 250], [7, 250]],
  ['signed bytes', 0x0902, [7, 250], [7, -6]],
  ['16-bit integers', 0x0b02, [0x01, 0x02, 0xff, 0xfe], [0x0102, -2]],
  ['32-bit integers', 0x0c02, [0, 1, 2, 3, 255, 255, 255, 254], [0x010203, -2]],
  [
    '32-bit floats',
    0x0d02,
    bigEndian((v) => [v.setFloat32(0, 1.5), v.setFloat32(4, -0.1)], 8),
    [1.5, Math.fround(-0.1)],
  ],
  [
    '64-bit floats',
    0x0e02,
    bigEndian((v) => [v.setFloat64(0, 1.5), v.setFloat64(8, 0.1)], 16),
    [1.5, Math.fround(0.1)],
  ],
])('an IDX file of %s', async (_, magic, elements, values) => {
  const column = await idxFileColumn(await newFile(idxBytes(magic, [2, 1], elements)));
  expect(column).toMatchObject({ size: 2, shape: [1] });
  expect([...column.gather(Uint32Array.of(0, 1))]).toEqual(values);
});

test('a raw file may begin with other bytes, have either byte order and be divided', async () => {
  const path = await newFile(Uint8Array.of(9, 9, 9, 0x01, 0x02, 0x03, 0x04));
  const read = async (bigEndian: boolean) =>
    (await rawFileColumn(path, { type: 'int16', shape: [], skipBytes: 3, bigEndian, divideBy: 2 })).gather(
      Uint32Array.of(1, 0),
    );
  expect(await read(false)).toEqual(Float32Array.of(0x0403 / 2, 0x0201 / 2));
  expect(await read(true)).toEqual(Float32Array.of(0x0304 / 2, 0x0102 / 2));
  const whole = await rawFileColumn(path, { type: 'int16', shape: [2], skipBytes: 3, values: 'int32' });
  expect(whole.gather(Uint32Array.of(0))).toEqual(Int32Array.of(0x0201, 0x0403));
});

test('a gigabyte is drawn from in memory for a few batches', async () => {
  const [size, row] = [262_144, [32, 32]];
  const path = join(await newFolder(), 'gigabyte');
  const file = await open(path, 'w');
  await file.truncate(size * 4096); // of zeros that take no room on the disk, except for the number of each 64th row
  for (let i = 0; i < size; i += 64) await file.write(new Uint8Array(Float32Array.of(i).buffer), 0, 4, i * 4096);
  await file.close();
  const column = await rawFileColumn(path, { type: 'float32', shape: row });
  const numbers = valuesColumn(
    Int32Array.from({ length: size }, (_, i) => i),
    [],
  );
  const set = new Dataset(column, numbers, { seed: 1 });
  const draw = (count: number) => {
    for (let i = 0; i < count; i++) {
      const { inputs, targets } = set.nextBatch(64);
      const expected = [...targets].map((number) => (number % 64 === 0 ? number : 0));
      expect(expected.map((_, k) => inputs[k * 1024])).toEqual(expected);
    }
  };
  draw(20);
  const before = process.memoryUsage.rss();
  draw(200);
  expect(process.memoryUsage.rss() - before).toBeLessThan(200e6);
});

test.runIf(process.platform === 'linux')('no file stays open, also when a batch throws', async () => {
  const { readdirSync } = await import('node:fs');
  const openFiles = () => readdirSync('/proc/self/fd').length;
  const path = await tensFile(4);
  const column = await rawFileColumn(path, { type: 'float32', shape: [3] });
  const before = openFiles();
  column.gather(Uint32Array.of(3, 1));
  await truncate(path, 12);
  expect(() => column.gather(Uint32Array.of(0))).toThrow(DatasetError);
  expect(openFiles()).toBe(before);
});

test('a file that shrinks, grows, is written to or vanishes is told at the next batch', async () => {
  const path = await tensFile(4);
  const column = await rawFileColumn(path, { type: 'float32', shape: [3] });
  const set = new Dataset(column, column);
  const told = (expected: string, got: string) =>
    expect(() => set.nextBatch(1)).toThrow(
      saying(`${path}: expected ${expected}, got ${got}. Put the file back as it was, or make the set anew.`),
    );
  await appendFile(path, 'xy');
  told('48 bytes, as when the set was made', '50');
  await truncate(path, 24);
  told('48 bytes, as when the set was made', '24');
  await writeFile(path, new Uint8Array(48));
  await utimes(path, 1, 1);
  told('a file unchanged since the set was made', 'one written to since');
  await rm(path);
  told('the file that the set was made of', 'ENOENT');
});

test('a file that is none, or lacks bytes, is told at once', async () => {
  const folder = await newFolder();
  const missing = join(folder, 'missing');
  await expect(idxFileColumn(missing)).rejects.toThrow(
    saying(`${missing}: expected a file that can be read, got ENOENT`),
  );
  await expect(idxFileColumn(folder)).rejects.toThrow(saying(`${folder}: expected a file, got something else`));
  const short = await newFile(idxBytes(0x0802, [2, 3], [1, 2, 3, 4]));
  await expect(idxFileColumn(short)).rejects.toThrow(
    saying(
      `${short}: expected 18 bytes (a header of 12, then 2 x 3 unsigned bytes), got 16. The file is truncated, fetch it again.`,
    ),
  );
  const scalar = await newFile(idxBytes(0x0800, [], [1]));
  await expect(idxFileColumn(scalar)).rejects.toThrow(
    saying(`${scalar}: expected examples, along a first dimension, got no dimension`),
  );
  const odd = await newFile(new Uint8Array(50));
  await expect(rawFileColumn(odd, { type: 'float64', shape: [3], skipBytes: 4 })).rejects.toThrow(
    saying(
      `${odd}: expected 4 bytes, then examples of 24 bytes each, got 50 bytes in all. Are type, shape and skipBytes those of the file?`,
    ),
  );
});

test.each([
  ['{ "type": "float16", "shape": [1] }', 'type to be one of uint8, int8, int16, int32, float32, float64, got float16'],
  ['{ "type": "uint8", "shape": [0] }', 'shape to hold whole numbers from 1 up, got [0]'],
  ['{ "type": "uint8", "shape": [1], "divideBy": 0 }', 'divideBy to be a number other than 0, got 0'],
  [
    '{ "type": "float32", "shape": [1], "values": "int32" }',
    "values to be 'float32', or 'int32' for whole numbers that are not divided, got int32 of float32, divided by 1",
  ],
])('options %s are refused', async (options, sentence) => {
  const path = await newFile(new Uint8Array(8));
  await expect(rawFileColumn(path, JSON.parse(options))).rejects.toThrow(saying(`rawFileColumn: expected ${sentence}`));
});
