import { describe, expect, test } from 'vitest';
import { saying } from '../dataset-error.fixture';
import { idxBytes } from '../idx/idx-bytes.fixture';
import { decodeMnist } from './decode-mnist';

const PIXELS = 28 * 28;

/** Picture i is filled with the byte i + 1. */
function images(count: number) {
  const pixels = Array.from({ length: count * PIXELS }, (_, pixel) => Math.floor(pixel / PIXELS) + 1);
  return { name: 'images', bytes: idxBytes(0x0803, [count, 28, 28], pixels) };
}

function labels(...digits: number[]) {
  return { name: 'labels', bytes: idxBytes(0x0801, [digits.length], digits) };
}

const oneHot = { labels: 'one-hot', title: 'MNIST', seed: 1 } as const;

test('pairs the images with one-hot labels', () => {
  const set = decodeMnist(images(2), labels(9, 3), oneHot);
  expect(set).toMatchObject({ size: 2, inputShape: [28, 28], targetShape: [10], seed: 1 });
  const { inputs, targets } = set.nextBatch(2, { shuffle: false });
  expect([inputs[0], inputs[PIXELS - 1], inputs[PIXELS], inputs.at(-1)]).toEqual(
    [1, 1, 2, 2].map((byte) => Math.fround(byte / 255)),
  );
  expect([...targets]).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0]);
});

test('or with the digits themselves', () => {
  const set = decodeMnist(images(2), labels(9, 3), { labels: 'integer', title: 'MNIST', seed: 1 });
  expect(set.targetShape).toEqual([]);
  expect(set.targets).toEqual(Int32Array.of(9, 3));
});

describe('says what is wrong', () => {
  test.each([
    [
      'labels given as images',
      labels(1),
      labels(1),
      'labels: expected magic 0x00000803 (unsigned bytes, 3 dimensions), got 0x00000801 (unsigned bytes, 1 dimension). Is this the labels file?',
    ],
    [
      'images given as labels',
      images(1),
      images(1),
      'images: expected magic 0x00000801 (unsigned bytes, 1 dimension), got 0x00000803 (unsigned bytes, 3 dimensions). Is this the images file?',
    ],
    [
      'another number of dimensions',
      { name: 'images', bytes: idxBytes(0x0804, [1, 28, 28, 3], []) },
      labels(1),
      'images: expected magic 0x00000803 (unsigned bytes, 3 dimensions), got 0x00000804 (unsigned bytes, 4 dimensions). Is this MNIST?',
    ],
    [
      'another type of element',
      images(1),
      { name: 'labels', bytes: idxBytes(0x0c01, [1], [0, 0, 0, 1]) },
      'labels: expected magic 0x00000801 (unsigned bytes, 1 dimension), got 0x00000c01 (32-bit integers, 1 dimension). Is this MNIST?',
    ],
    [
      'something else altogether',
      { name: 'images', bytes: new TextEncoder().encode('<html>') },
      labels(1),
      'images: expected magic 0x00000803 (unsigned bytes, 3 dimensions), got 0x3c68746d. Is this MNIST?',
    ],
    [
      'an empty file',
      { name: 'images', bytes: new Uint8Array() },
      labels(1),
      'images: expected an IDX file, which begins with a magic number of 4 bytes, got 0 bytes in all',
    ],
    [
      'another size of image',
      { name: 'images', bytes: idxBytes(0x0803, [1, 16, 32], new Uint8Array(512)) },
      labels(1),
      'images: expected images of 28 x 28 pixels, got 16 x 32. Is this MNIST?',
    ],
    [
      'a truncated file',
      { name: 'images', bytes: images(2).bytes.subarray(0, 1000) },
      labels(1, 2),
      'images: expected 1584 bytes (a header of 16, then 2 x 28 x 28 unsigned bytes), got 1000. The file is truncated, fetch it again.',
    ],
    [
      'a count that the bytes exceed',
      images(2),
      { name: 'labels', bytes: idxBytes(0x0801, [2], [1, 2, 3]) },
      'labels: expected 10 bytes (a header of 8, then 2 unsigned bytes), got 11. Bytes stand after its end, or its count is wrong: fetch it again.',
    ],
    [
      'different counts',
      images(2),
      labels(1, 2, 3),
      'labels: expected as many labels as images has images (2), got 3. Do both files belong to the same set?',
    ],
    [
      'a label that is no digit',
      images(3),
      labels(1, 10, 11),
      'labels: expected labels from 0 to 9, got 10 at index 1. Is this MNIST?',
    ],
  ])('%s', (_, imageFile, labelFile, message) => {
    expect(() => decodeMnist(imageFile, labelFile, oneHot)).toThrow(saying(message));
  });
});
