import { expect, test } from 'vitest';
import { shiftPicture } from './shift-picture';

const picture = { values: Float32Array.of(-1, -1, 1, 2, 3, 4, 5, 6, -1), begin: 2, height: 2, width: 3 }; // 1 2 3 / 4 5 6

const shifted = (dx: number, dy: number) => {
  const moved = new Float32Array(picture.values.length);
  shiftPicture(picture, moved, dx, dy);
  expect([moved[0], moved[1], moved[8]]).toEqual([0, 0, 0]);
  return [[...moved.subarray(2, 5)], [...moved.subarray(5, 8)]];
};

test.each([
  [
    0,
    0,
    [
      [1, 2, 3],
      [4, 5, 6],
    ],
  ],
  [
    1,
    0,
    [
      [0, 1, 2],
      [0, 4, 5],
    ],
  ],
  [
    -2,
    0,
    [
      [3, 0, 0],
      [6, 0, 0],
    ],
  ],
  [
    0,
    1,
    [
      [0, 0, 0],
      [1, 2, 3],
    ],
  ],
  [
    -1,
    -1,
    [
      [5, 6, 0],
      [0, 0, 0],
    ],
  ],
  [
    2,
    1,
    [
      [0, 0, 0],
      [0, 0, 1],
    ],
  ],
])('moves a picture %i right and %i down', (dx, dy, expected) => {
  expect(shifted(dx, dy)).toEqual(expected);
});

test.each([
  [3, 0],
  [-4, 1],
  [0, 2],
  [1, -3],
])('moved by %i and %i it is out of sight', (dx, dy) => {
  expect(shifted(dx, dy).flat()).toEqual([0, 0, 0, 0, 0, 0]);
});
