import { expect, test } from 'vitest';
import { type AffineMap, resamplePicture } from './resample-picture';
import { shiftPicture } from './shift-picture';

const identity: AffineMap = { xx: 1, xy: 0, x0: 0, yx: 0, yy: 1, y0: 0 };
const [begin, height, width] = [3, 4, 5];
const values = Float32Array.from({ length: begin + height * width }, (_, i) => Math.fround(Math.sin(3 * i + 1)));
const pixel = (x: number, y: number) => (values[begin + y * width + x] as number) * 1;
const picture = { values, begin, height, width };

function resampled(map: Partial<AffineMap>): Float32Array {
  const drawn = new Float32Array(values.length);
  resamplePicture(picture, drawn, { ...identity, ...map });
  return drawn;
}

test('the identity gives the picture, to the bit, and leaves what is beside it', () => {
  const drawn = resampled({});
  expect([...drawn.subarray(begin)]).toEqual([...values.subarray(begin)]);
  expect([...drawn.subarray(0, begin)]).toEqual([0, 0, 0]);
});

test('whole pixels are a shift, to the bit', () => {
  for (const [dx, dy] of [
    [1, 0],
    [-2, 1],
    [0, -3],
    [5, 0],
  ] as const) {
    const moved = new Float32Array(values.length);
    shiftPicture(picture, moved, dx, dy);
    expect(resampled({ x0: -dx, y0: -dy })).toEqual(moved);
  }
});

test('a quarter turn takes the pixels round the centre', () => {
  const square = { values: Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9), begin: 0, height: 3, width: 3 };
  const turned = new Float32Array(9);
  resamplePicture(square, turned, { ...identity, xx: 0, xy: 1, yx: -1, yy: 0 }); // (x', y') = (y, -x)
  expect([...turned]).toEqual([7, 4, 1, 8, 5, 2, 9, 6, 3]);
});

test('between pixels it is the mean of the four around, each by the area opposite to it', () => {
  const drawn = resampled({ x0: 0.25, y0: 0.5 });
  const area = (near: number, far: number, share: number) => near * (1 - share) + far * share;
  for (const [x, y] of [
    [0, 0],
    [2, 1],
    [3, 2],
  ] as const) {
    const [above, below] = [area(pixel(x, y), pixel(x + 1, y), 0.25), area(pixel(x, y + 1), pixel(x + 1, y + 1), 0.25)];
    expect(drawn[begin + y * width + x]).toBeCloseTo((above + below) / 2, 6);
  }
  expect(drawn[begin + 3 * width + 1]).toBeCloseTo(area(pixel(1, 3), pixel(2, 3), 0.25) / 2, 6); // half of it outside
});

test('a plane of brightness stays one under any map, within the picture', () => {
  const plane = (x: number, y: number) => 0.3 * x - 0.7 * y + 0.1;
  const size = 21;
  const of = (f: (x: number, y: number) => number) =>
    Float32Array.from({ length: size * size }, (_, i) => f((i % size) - 10, Math.floor(i / size) - 10));
  const map = { xx: 0.9, xy: -0.2, x0: 0.7, yx: 0.3, yy: 1.1, y0: -0.4 };
  const drawn = new Float32Array(size * size);
  resamplePicture({ values: of(plane), begin: 0, height: size, width: size }, drawn, map);
  const expected = of((x, y) => plane(0.9 * x - 0.2 * y + 0.7, 0.3 * x + 1.1 * y - 0.4));
  for (let y = -5; y <= 5; y++) {
    for (let x = -5; x <= 5; x++) {
      const place = (y + 10) * size + x + 10;
      expect(drawn[place]).toBeCloseTo(expected[place] as number, 5);
    }
  }
});
