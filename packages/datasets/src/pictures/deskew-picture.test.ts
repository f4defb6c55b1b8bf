import { expect, test } from 'vitest';
import { deskewPicture } from './deskew-picture';
import { resamplePicture } from './resample-picture';

const [begin, height, width] = [2, 9, 11];

function picture(of: (x: number, y: number) => number) {
  const values = new Float32Array(begin + height * width).fill(-1, 0, begin);
  for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) values[begin + y * width + x] = of(x, y);
  return { values, begin, height, width };
}

function deskewedRows(of: (x: number, y: number) => number): number[][] {
  const drawn = new Float32Array(begin + height * width);
  deskewPicture(picture(of), drawn);
  expect([...drawn.subarray(0, begin)]).toEqual([0, 0]);
  return Array.from({ length: height }, (_, y) => [...drawn.subarray(begin + y * width, begin + (y + 1) * width)]);
}

/** Mean of x and y and slant, by weighing every pair of pixels: an independent way to the regression of x on y. */
function slantByPairs(of: (x: number, y: number) => number): { slant: number; meanY: number } {
  const pixels = Array.from({ length: height * width }, (_, i) => ({ x: i % width, y: Math.floor(i / width) }));
  let [rise, run] = [0, 0];
  for (const a of pixels) {
    for (const b of pixels) {
      const weight = of(a.x, a.y) * of(b.x, b.y);
      rise += weight * (a.x - b.x) * (a.y - b.y);
      run += weight * (a.y - b.y) ** 2;
    }
  }
  const ink = pixels.reduce((sum, { x, y }) => sum + of(x, y), 0);
  return { slant: rise / run, meanY: pixels.reduce((sum, { x, y }) => sum + y * of(x, y), 0) / ink };
}

const blob = (x: number, y: number) =>
  Math.exp(-((x - 5 + 0.6 * (y - 4)) ** 2) - (y - 4.4) ** 2 / 5) * (1 + 0.3 * Math.sin(x));

test('a slanted line of whole pixels stands upright', () => {
  const rows = deskewedRows((x, y) => (x === y + 1 ? y + 1 : 0)); // heavier below: its centre is between two rows
  const mass = 45;
  const meanX = Array.from({ length: height }, (_, y) => (y + 1) * (y + 1)).reduce((sum, part) => sum + part, 0) / mass;
  for (const [y, row] of rows.entries()) {
    const wanted = new Array<number>(width).fill(0);
    wanted[Math.floor(meanX)] = (y + 1) * (1 - (meanX % 1));
    wanted[Math.floor(meanX) + 1] = (y + 1) * (meanX % 1);
    for (const [x, value] of row.entries()) expect(value).toBeCloseTo(wanted[x] as number, 4);
  }
});

test('is the picture sheared about its centre of mass by its slant', () => {
  const { slant, meanY } = slantByPairs(blob);
  expect(slant).toBeLessThan(-0.3);
  const wanted = new Float32Array(begin + height * width);
  const x0 = -slant * (meanY - (height - 1) / 2);
  resamplePicture(picture(blob), wanted, { xx: 1, xy: slant, x0, yx: 0, yy: 1, y0: 0 });
  const drawn = deskewedRows(blob).flat();
  for (const [place, value] of drawn.entries()) expect(value).toBeCloseTo(wanted[begin + place] as number, 5);
});

test('has no slant afterwards, where nothing was cut off', () => {
  const rows = deskewedRows(blob);
  expect(slantByPairs((x, y) => rows[y]?.[x] as number).slant).toBeCloseTo(0, 2);
});

test.each([
  ['an empty picture', () => 0],
  ['a single row', (x: number, y: number) => (y === 3 ? x : 0)],
  ['an upright one', (x: number, y: number) => (x === 4 || x === 6 ? y : 0)],
])('%s stays as it is', (_, of) => {
  expect(deskewedRows(of).flat()).toEqual([...picture(of).values.subarray(begin)]);
});

test('what is moved out of the picture is lost, and nothing comes in', () => {
  const rows = deskewedRows((x, y) => (x === 10 && y >= 7 ? 1 : x === 0 && y <= 1 ? 1 : 0) + (y === 4 ? 0.1 : 0));
  for (const row of rows) for (const value of row) expect(value).toBeGreaterThanOrEqual(0);
  expect(rows.flat().reduce((sum, value) => sum + value, 0)).toBeLessThanOrEqual(4 + 1.1 + 1e-5);
});
