import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { parseSvg, pngPixels } from '../testing';
import { learningCurves } from './learning-curves';
import { writePicture } from './write-picture';

const folder = mkdtempSync(join(tmpdir(), 'picture-'));
afterAll(() => rmSync(folder, { recursive: true }));

const picture = () => {
  const points = [3, 2.5, 1].map((value, i) => ({ step: 10 * i, value }));
  return learningCurves({ title: 'a loss', loss: [{ name: 'training', points }] });
};

it('an SVG is dark on white in a file of its own', async () => {
  const [file, svg] = [join(folder, 'a.svg'), await picture()];
  await writePicture(file, svg);
  const [before, after] = [parseSvg(svg), parseSvg(readFileSync(file, 'utf8'))];
  expect(after[0]?.attributes.style).toBe('background:#ffffff;color:#1f2933');
  expect(after.slice(1)).toEqual(before.slice(1));
});

it('a PNG is twice the size, white, with the curve in its colour and text in that of the ink', async () => {
  const [file, svg] = [join(folder, 'a.png'), await picture()];
  await writePicture(file, svg);
  const { width, height, colors } = pngPixels(readFileSync(file));
  const size = parseSvg(svg)[0]?.attributes;
  expect([width, height]).toEqual([2 * Number(size?.width), 2 * Number(size?.height)]);
  const count = (rows: typeof colors, [r, g, b]: readonly number[]): number =>
    rows.flat().filter((color) => color[0] === r && color[1] === g && color[2] === b).length;
  expect(count(colors, [255, 255, 255]) / (width * height)).toBeGreaterThan(0.8);
  expect(count(colors, [0x2b, 0x7b, 0xba])).toBeGreaterThan(1000);
  // The title, above everything else: letters are there though no font of the machine is used.
  expect(count(colors.slice(0, 70), [0x1f, 0x29, 0x33])).toBeGreaterThan(100);
});

it('what cannot be written leaves nothing behind', async () => {
  mkdirSync(join(folder, 'taken.svg'));
  await expect(writePicture(join(folder, 'taken.svg'), await picture())).rejects.toThrow();
  expect(readdirSync(folder).filter((name) => name.endsWith('.part'))).toEqual([]);
});
