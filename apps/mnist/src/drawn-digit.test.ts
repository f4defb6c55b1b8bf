import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PNG } from 'pngjs';
import { afterAll, expect, it } from 'vitest';
import { drawnDigit } from './drawn-digit';

const folder = mkdtempSync(join(tmpdir(), 'drawn-'));
afterAll(() => rmSync(folder, { recursive: true }));

type Color = readonly [red: number, green: number, blue: number, alpha: number];
const black: Color = [0, 0, 0, 255];
const white: Color = [255, 255, 255, 255];

let files = 0;
/** A file with a picture of these colours. */
function picture(width: number, height: number, color: (x: number, y: number) => Color): string {
  const png = new PNG({ width, height });
  for (let i = 0; i < width * height; i++) png.data.set(color(i % width, Math.floor(i / width)), 4 * i);
  const file = join(folder, `${files++}.png`);
  writeFileSync(file, PNG.sync.write(png));
  return file;
}

/** A thick L: a stem at the left, 40 high and 10 wide, and a foot 20 wide and 10 high. */
const isL = (x: number, y: number): boolean =>
  (x >= 0 && x < 10 && y >= 0 && y < 40) || (x >= 0 && x < 20 && y >= 30 && y < 40);

/** Where the ink is, and its centre of mass. */
function ink(digit: Float32Array) {
  const places = [...digit].flatMap((value, i) => (value > 0 ? [{ value, x: i % 28, y: Math.floor(i / 28) }] : []));
  const mass = places.reduce((sum, { value }) => sum + value, 0);
  const [xs, ys] = [places.map(({ x }) => x), places.map(({ y }) => y)];
  return {
    ...{ left: Math.min(...xs), right: Math.max(...xs), top: Math.min(...ys), bottom: Math.max(...ys) },
    x: places.reduce((sum, { value, x }) => sum + value * x, 0) / mass,
    y: places.reduce((sum, { value, y }) => sum + value * y, 0) / mass,
  };
}

it('a digit is 20 pixels high wherever and however large it was drawn, with its proportions', async () => {
  const small = await drawnDigit(picture(90, 70, (x, y) => (isL(x - 60, y - 5) ? black : white)));
  const large = await drawnDigit(picture(300, 200, (x, y) => (isL((x - 20) / 4, (y - 30) / 4) ? black : white)));
  expect(large).toEqual(small);
  const { left, right, top, bottom } = ink(small);
  expect([right - left + 1, bottom - top + 1]).toEqual([10, 20]);
  // The stem is 5 of 10 wide.
  expect([...small.subarray(top * 28 + left, top * 28 + left + 10)]).toEqual([1, 1, 1, 1, 1, 0, 0, 0, 0, 0]);
});

it('its centre of mass is in the middle, to half a pixel', async () => {
  const { x, y } = ink(await drawnDigit(picture(60, 60, (x, y) => (isL(x - 3, y - 2) ? black : white))));
  expect(Math.abs(x - 13.5)).toBeLessThanOrEqual(0.5);
  expect(Math.abs(y - 13.5)).toBeLessThanOrEqual(0.5);
});

it('dark on light, light on dark, in colour, over nothing and with a shade of paper it is the same', async () => {
  const of = (drawn: Color, paper: Color) => drawnDigit(picture(60, 60, (x, y) => (isL(x - 3, y - 2) ? drawn : paper)));
  const digit = await of(black, white);
  expect(await of(white, black)).toEqual(digit);
  expect(await of([20, 30, 160, 255], [250, 240, 220, 255])).toEqual(digit);
  expect(await of(black, [0, 0, 0, 0])).toEqual(digit);
  const uneven = picture(60, 60, (x, y) => (isL(x - 3, y - 2) ? black : [255 - x / 2, 255 - x / 2, 255 - x / 2, 255]));
  expect(await drawnDigit(uneven)).toEqual(digit);
});

it('an edge between ink and paper becomes grey by as much as is covered', async () => {
  // A stroke 3 wide and 60 high is 1 wide in 20 rows; one pixel of three is half ink.
  const digit = await drawnDigit(
    picture(40, 80, (x, y) =>
      x >= 10 && x < 13 && y >= 10 && y < 70 ? (x === 10 ? [128, 128, 128, 255] : black) : white,
    ),
  );
  const { left, top } = ink(digit);
  expect(digit[top * 28 + left]).toBeCloseTo((2 + 127 / 255) / 3, 5);
});

it('a digit wider than high fits as well, and a dot does not fail', async () => {
  const dash = ink(
    await drawnDigit(picture(200, 60, (x, y) => (x >= 10 && x < 190 && y >= 20 && y < 29 ? black : white))),
  );
  expect([dash.right - dash.left + 1, dash.bottom - dash.top + 1]).toEqual([20, 1]);
  const dot = ink(await drawnDigit(picture(9, 9, (x, y) => (x === 4 && y === 2 ? black : white))));
  expect([dot.right - dot.left + 1, dot.bottom - dot.top + 1]).toEqual([20, 20]);
});

it('what is no picture of a digit is refused with a sentence', async () => {
  const [text, cut, huge] = ['text.png', 'cut.png', 'huge.png'].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ];
  const whole = PNG.sync.write(new PNG({ width: 20, height: 20 }));
  writeFileSync(text, 'no picture at all, but long enough to be one');
  writeFileSync(cut, whole.subarray(0, 50));
  const large = Buffer.from(whole);
  large.writeUInt32BE(100_000, 16);
  large.writeUInt32BE(100_000, 20);
  writeFileSync(huge, large);
  const blank = picture(30, 30, () => [250, 250, 250, 255]);
  const nothing = join(folder, 'nothing.png');
  for (const [file, got] of [
    [text, `${text}, which is none`],
    [cut, `${cut}, which is damaged`],
    [huge, `${huge} with 100000 x 100000 pixels, which is too large`],
    [blank, `${blank}, in which nothing is drawn`],
    [nothing, `${nothing} (ENOENT)`],
    [folder, `${folder} (EISDIR)`],
  ] as const) {
    await expect(drawnDigit(file)).rejects.toThrow(`predict: expected a PNG with a digit, got ${got}`);
  }
});
