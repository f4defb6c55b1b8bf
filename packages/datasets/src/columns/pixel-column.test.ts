import { expect, test } from 'vitest';
import { PixelColumn } from './pixel-column';

const pictures = new PixelColumn(Uint8Array.of(0, 1, 2, 3, 127, 128, 254, 255), [2, 2]);

test('scales bytes to 0..1', () => {
  expect(pictures).toMatchObject({ size: 2, shape: [2, 2] });
  expect([...pictures.gather(Uint32Array.of(1, 0))]).toEqual(
    [127, 128, 254, 255, 0, 1, 2, 3].map((byte) => Math.fround(byte / 255)),
  );
});

test('a slice counts its pictures from its own beginning', () => {
  const slice = pictures.slice(1, 2);
  expect(slice.size).toBe(1);
  expect(slice.gather(Uint32Array.of(0))).toEqual(pictures.gather(Uint32Array.of(1)));
});
