import { pngPixels } from 'app-common/testing';
import { expect, it } from 'vitest';
import { digitImage } from './digit-image';
import { type Color, pixelImage } from './pixel-image';

/** What the image at a `data:` address shows. */
const shown = (address: string) => {
  const [head, data] = address.split(',');
  expect(head).toBe('data:image/png;base64');
  return pngPixels(Buffer.from(data as string, 'base64'));
};

it('every colour is in its row and column', () => {
  const rows = Array.from({ length: 3 }, (_, i) =>
    Array.from({ length: 5 }, (_, j): Color => [i * 80, j * 50, 255 - i * j]),
  );
  expect(shown(pixelImage(rows))).toEqual({ width: 5, height: 3, colors: rows });
});

it('a digit is black on white, its first row above', () => {
  const pixels = Float32Array.from({ length: 784 }, (_, i) => (i % 5) / 4);
  const { width, height, colors } = shown(digitImage(pixels));
  expect([width, height]).toEqual([28, 28]);
  const greys = [255, 191, 128, 64, 0];
  expect(colors.flat()).toEqual(Array.from({ length: 784 }, (_, i) => Array(3).fill(greys[i % 5])));
});
